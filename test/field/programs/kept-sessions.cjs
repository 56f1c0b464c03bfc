// Sessions that nobody ends, in a CommonJS module.
class Session {
  constructor(number) {
    this.number = number;
    this.body = Buffer.alloc(4096, number);
  }
}

const sessions = new Map();
let count = 0;

exports.login = () => {
  for (let index = 0; index < 50; index += 1) sessions.set(`secret-user-${count++}`, new Session(count));
};
