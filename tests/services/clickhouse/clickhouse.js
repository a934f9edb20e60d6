// ClickHouse's HTTP interface, as far as a driver needs it, before the engine in the npm package chdb. For tests:
// the engine is the real one, the server is not (any user may sign in with the password given, no TLS).
//
// Usage: NODE_PATH=<folder>/node_modules CLICKHOUSE_PASSWORD=<password> node clickhouse.js <data folder> <port>
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');
const zlib = require('zlib');
const { Session } = require('chdb');

const [folder, port] = process.argv.slice(2);
const password = process.env.CLICKHOUSE_PASSWORD;
const reads = /^[\s(]*(select|with|show|describe|desc|explain|exists|values)\b/i;
const free = [];
let files = 0;

// What runs by an id of its own. The engine of the package cannot be asked to end a statement: KILL QUERY only waits for it.
const running = new Map();

async function identified(id, work) {
  if (!id) {
    return work();
  }

  if (running.has(id)) {
    throw new Error(`Code: 216. DB::Exception: Query with id = ${id} is already running. (QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING)`);
  }

  const answer = work();
  running.set(id, answer.catch(() => {}).finally(() => running.delete(id)));
  return answer;
}

// One engine, several connections: each runs a statement at a time.
function take() {
  return free.pop() || new Session(path.join(folder, 'data'));
}

async function run(sql, parameters, format, data) {
  const ended = /^KILL QUERY WHERE query_id = '(.*)' SYNC/i.exec(sql);
  if (ended) {
    await running.get(ended[1].replace(/\\(.)/g, '$1'));
    return Buffer.alloc(0);
  }

  const session = take();
  try {
    const database = parameters.get('database');
    if (database) {
      await session.queryAsync(`USE \`${database.replace(/`/g, '``')}\``, { format: 'Null' });
    }

    if (data) {
      const file = path.join(folder, `${files++}.in`);
      fs.writeFileSync(file, data);
      try {
        const [, into, kind] = sql.match(/^([\s\S]*?)\bformat\s+(\w+)\s*$/i);
        await session.queryAsync(`${into} FROM INFILE '${file}' FORMAT ${kind}`, { format: 'Null' });
        return Buffer.alloc(0);
      } finally {
        fs.unlinkSync(file);
      }
    }

    if (parameters.get('readonly') > 0 && !reads.test(sql)) {
      throw new Error('Code: 164. DB::Exception: Cannot execute query in readonly mode. (READONLY)');
    }

    const seconds = parameters.get('max_execution_time');
    const limited = seconds && reads.test(sql) && !/^\s*(show|describe|desc|exists|explain)/i.test(sql) ? `${sql}\nSETTINGS max_execution_time = ${seconds}` : sql;
    return Buffer.from((await session.queryAsync(limited, { format })).bytes());
  } finally {
    free.push(session);
  }
}

function codeOf(message) {
  return (/Code: (\d+)/.exec(message) || [0, 0])[1];
}

// As long an address as the server takes.
const server = http.createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', async () => {
    const url = new URL(request.url, 'http://localhost');
    let body = Buffer.concat(chunks);
    try {
      if (url.pathname === '/ping') {
        response.end('Ok.\n');
        return;
      }

      const said = Buffer.from((request.headers.authorization || '').replace(/^Basic /, ''), 'base64').toString().split(':').slice(1).join(':') || request.headers['x-clickhouse-key'] || '';
      if (said !== password) {
        throw new Error('Code: 516. DB::Exception: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)');
      }

      if (request.headers['content-encoding'] === 'gzip') {
        body = zlib.gunzipSync(body);
      }

      const asked = url.searchParams.get('query');
      const sql = (asked || body.toString('utf8')).trim().replace(/;$/, '');
      const format = url.searchParams.get('default_format') || 'TabSeparated';
      const answer = await identified(url.searchParams.get('query_id'), () => run(sql, url.searchParams, format, asked && /^insert/i.test(asked) ? body : null));
      response.setHeader('X-ClickHouse-Format', format);
      response.setHeader('X-ClickHouse-Summary', '{}');
      response.end(answer);
    } catch (error) {
      const code = codeOf(error.message);
      response.statusCode = code === '516' ? 403 : 500;
      response.setHeader('X-ClickHouse-Exception-Code', code);
      response.end(/^Code: \d+/.test(error.message) ? error.message : `Code: ${code}. ${error.message}`);
    }
  });
});

server.listen(Number(port), '127.0.0.1', async () => {
  await run('SELECT 1', new URLSearchParams(), 'Null');
  console.log('ready');
});
