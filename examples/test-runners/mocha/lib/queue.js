const { open } = require('lmdb');

/** Jobs that outlive the process, first in, first out. */
class Queue {
  constructor(path) {
    this.jobs = open({ path });
    const [last = 0] = this.jobs.getKeys({ reverse: true, limit: 1 });
    this.next = last + 1;
  }

  async push(job) {
    const key = this.next;
    this.next += 1;
    await this.jobs.put(key, job);
    return key;
  }

  /** The oldest job; undefined if there is none. */
  async take() {
    const [first] = this.jobs.getRange({ limit: 1 });
    if (first === undefined) return undefined;
    await this.jobs.remove(first.key);
    return first.value;
  }

  get length() {
    return this.jobs.getCount();
  }

  close() {
    return this.jobs.close();
  }
}

module.exports = { Queue };
