// A server of the S3 protocol for the tests: node s3.js FOLDER, the secret of the key "tests" in S3_SECRET. Says "ready PORT" and runs until it is killed.
const S3rver = require('s3rver');
const { DUMMY_ACCOUNT } = require('s3rver/lib/models/account');

// A copy's source comes as one encoded text, slashes too, as Amazon documents it; s3rver 3.7.1 splits it at the slashes before.
const objects = require('s3rver/lib/controllers/object');
const copy = objects.putObjectCopy;
objects.putObjectCopy = context => {
  context.headers['x-amz-copy-source'] = encodeURI(decodeURIComponent(context.headers['x-amz-copy-source']));
  return copy(context);
};

DUMMY_ACCOUNT.revokeAccessKey('S3RVER');
DUMMY_ACCOUNT.createKeyPair('tests', process.env.S3_SECRET);
new S3rver({ address: '127.0.0.1', port: 0, silent: !process.env.S3_TALKS, directory: process.argv[2], configureBuckets: [{ name: 'datasets' }] })
  .run()
  .then(address => console.log(`ready ${address.port}`))
  .catch(error => { console.error(error); process.exit(1); });
