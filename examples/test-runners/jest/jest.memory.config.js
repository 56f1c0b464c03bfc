module.exports = {
  ...require('./jest.config.js'),
  testEnvironment: 'benchmem/jest',
  testEnvironmentOptions: { memory: { limits: { peak: '64 MB' }, report: true } },
  setupFilesAfterEnv: ['benchmem/jest/setup'],
  reporters: ['default', 'benchmem/jest/reporter'],
};
