const value: number = JSON.parse('{');
console.log(value);
