// A server of the S3 protocol for the tests: node s3.js FOLDER, the secret of the key "tests" in S3_SECRET. Says "ready PORT" and runs until it is killed.
const { createHash, createHmac } = require('crypto');
const S3rver = require('s3rver');
const { DUMMY_ACCOUNT } = require('s3rver/lib/models/account');
const objects = require('s3rver/lib/controllers/object');

const secret = process.env.S3_SECRET;
DUMMY_ACCOUNT.revokeAccessKey('S3RVER');
DUMMY_ACCOUNT.createKeyPair('tests', secret);

// A copy's source comes as one encoded text, slashes too, as Amazon documents it; s3rver 3.7.1 splits it at the slashes before.
const copy = objects.putObjectCopy;
objects.putObjectCopy = context => {
  context.headers['x-amz-copy-source'] = encodeURI(decodeURIComponent(context.headers['x-amz-copy-source']));
  return copy(context);
};

// s3rver 3.7.1 reads signatures of version 4 and does not compare them.
function isSigned({ method, url, headers }) {
  const parts = /Credential=[^/]+\/(\d+)\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)/.exec(headers.authorization);
  if (!parts) {
    return false;
  }

  const [, date, region, signed, signature] = parts;
  const [path, query = ''] = url.split('?');
  const canonical = [
    method,
    path,
    query.split('&').filter(Boolean).map(p => (p.includes('=') ? p : p + '=')).sort().join('&'),
    ...signed.split(';').map(name => `${name}:${headers[name].trim().replace(/ +/g, ' ')}`),
    '',
    signed,
    headers['x-amz-content-sha256'],
  ].join('\n');
  const hash = text => createHash('sha256').update(text).digest('hex');
  const mac = (key, text) => createHmac('sha256', key).update(text).digest();
  const key = [region, 's3', 'aws4_request'].reduce(mac, mac('AWS4' + secret, date));
  return mac(key, ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${date}/${region}/s3/aws4_request`, hash(canonical)].join('\n')).toString('hex') === signature;
}

const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: process.argv[2], configureBuckets: [{ name: 'datasets' }] });
server.middleware.unshift(async (context, next) => {
  if (/Credential=tests\//.test(context.headers.authorization) && !isSigned(context.req)) {
    context.status = 403;
    context.type = 'application/xml';
    context.body = '<Error><Code>SignatureDoesNotMatch</Code><Message>The signature is not that of the key.</Message></Error>';
    return;
  }

  await next();
});
server
  .run()
  .then(address => console.log(`ready ${address.port}`))
  .catch(error => { console.error(error); process.exit(1); });
