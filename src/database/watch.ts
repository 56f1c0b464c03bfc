// Notices that the runs of a database are others, by asking for what changes when one comes or goes.
import type { Database } from './connect.js';

const pollMs = 5000;

/**
 * Calls `listener` once what there is is known, and after each change: a run may have come since somebody looked. A question
 * that fails is asked again later. The answer ends it.
 */
export function watchRuns({ ask, project }: Database, listener: () => void): () => void {
  let seen: string | undefined;
  let isAsking = false;
  const look = async () => {
    if (isAsking) return;
    isAsking = true;
    const now = await ask(
      `SELECT count(*), coalesce(max(run.id), 0) FROM benchmem.run run
       JOIN benchmem.project ON project.id = run.project_id AND project.name = $1`,
      [project],
    ).then(String, () => undefined);
    isAsking = false;
    if (now === undefined || now === seen) return;
    seen = now;
    listener();
  };
  void look();
  const timer = setInterval(() => void look(), pollMs);
  timer.unref();
  return () => clearInterval(timer);
}
