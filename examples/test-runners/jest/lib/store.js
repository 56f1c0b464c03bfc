/** The state that events add up to, and who is told of each. */
class Store {
  constructor(reduce, state) {
    this.reduce = reduce;
    this.state = state;
    this.listeners = new Set();
  }

  send(event) {
    this.state = this.reduce(this.state, event);
    for (const listener of this.listeners) listener(this.state, event);
    return this.state;
  }

  /** The answer takes the listener away. */
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves with the first state that fits. */
  until(fits) {
    if (fits(this.state)) return Promise.resolve(this.state);
    return new Promise((resolve) => {
      const stop = this.listen((state) => {
        if (!fits(state)) return;
        stop();
        resolve(state);
      });
    });
  }
}

module.exports = { Store };
