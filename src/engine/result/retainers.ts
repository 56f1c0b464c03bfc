// Which objects stay, as a result holds it: the analysis's report with files in the place of scripts.
import { fileURLToPath } from 'node:url';
import type { RetainerGroup, RetainerReport, RetainingStep } from '../../retainers/report.js';
import type { RetainerGroupBlob, RetainersBlob, RetainingStepBlob } from './fields.js';

/** A place in code, from 0. */
export interface CodeLine {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `inSource`: the place in what its author wrote, or the same one. */
export function toRetainersBlob(
  passCalls: number,
  { calls, groups, further, once, furtherOnce, resizedBytes, ofV8Bytes }: RetainerReport,
  inSource: (place: CodeLine) => CodeLine,
): RetainersBlob {
  const toGroup = (group: RetainerGroup): RetainerGroupBlob => ({
    kind: group.kind,
    objects: group.count,
    bytes: group.bytes,
    native_bytes: group.nativeBytes,
    shallow_bytes: group.shallowBytes,
    path: group.path.map((step) => toStep(step, inSource)),
    holds: group.holds.map(({ kind, count, bytes }) => ({ kind, objects: count, bytes })),
  });
  return {
    calls: calls[1],
    pass_calls: passCalls,
    groups: groups.map(toGroup),
    further,
    once: once.map(toGroup),
    further_once: furtherOnce,
    resized_bytes: resizedBytes,
    engine_bytes: ofV8Bytes,
  };
}

function toStep(
  { node, edge, place, url }: RetainingStep,
  inSource: (place: CodeLine) => CodeLine,
): RetainingStepBlob {
  if (url !== undefined) {
    const { file } = inSource({ line: 0, column: 0, ...place, file: url });
    return { node: `${node} ${baseName(file)}`, edge, file: pathOf(file) };
  }
  if (place === undefined) return { node, edge };
  const { file, line } = inSource({ file: place.url, line: place.line, column: place.column });
  return { node, edge, file: pathOf(file), line: line + 1 };
}

// A script may be called anything: what is no URL of a file stays as it is.
export function pathOf(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return url;
  }
}

function baseName(url: string): string {
  return pathOf(url).slice(pathOf(url).lastIndexOf('/') + 1);
}
