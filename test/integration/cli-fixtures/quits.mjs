// Ends its process while it is imported.
console.error('I am leaving');
process.exit(3);
