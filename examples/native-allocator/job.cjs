const bump = require('./build/Release/bump.node');

exports.fill = () => {
  bump.open(1, 1 << 20);
  for (let index = 0; index < 100; index += 1) bump.take(1000);
  bump.close();
};
