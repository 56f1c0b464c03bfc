// CommonJS, a name on module.exports.
exports.only = () => Buffer.alloc(2_000_000);
exports.limit = 7;
