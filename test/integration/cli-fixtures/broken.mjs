// Cannot be imported.
throw new Error('not today\u001b[2J');
