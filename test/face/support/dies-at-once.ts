// A face that cannot live.
process.stderr.write('I was never any good\n');
process.exitCode = 1;
process.disconnect();
