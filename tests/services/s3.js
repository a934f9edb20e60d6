// A server of the S3 protocol for the tests: node s3.js FOLDER, the secret of the key "tests" in S3_SECRET. Says "ready PORT" and runs until it is killed.
const S3rver = require('s3rver');
const { DUMMY_ACCOUNT } = require('s3rver/lib/models/account');

DUMMY_ACCOUNT.revokeAccessKey('S3RVER');
DUMMY_ACCOUNT.createKeyPair('tests', process.env.S3_SECRET);
new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: process.argv[2], configureBuckets: [{ name: 'datasets' }] })
  .run()
  .then(address => console.log(`ready ${address.port}`))
  .catch(error => { console.error(error); process.exit(1); });
