// What `naslog check` says of the files that a configuration names, and of what it makes of the samples.
import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { run } from '../../src/cli.ts'
import { withIo, type Outcome } from '../cli/fake-io.ts'
import { makeCertificates } from '../destinations/certificates.ts'
import { temporaryDirectory } from '../replay/support.ts'

function write(path: string, content: string, mode = 0o600): string {
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

async function check(t: TestContext, configuration: object, env: Record<string, string> = {}): Promise<Outcome & { readonly lines: string[] }> {
  const config = write(join(temporaryDirectory(t), 'naslog.yaml'), JSON.stringify(configuration))
  const outcome = await withIo(run, { argv: ['check', config], env })
  return { ...outcome, lines: outcome.stdout.split('\n').filter((line) => /^(?:wrong|note): /.test(line)) }
}

const SECRET = 's3cret-t0ken'
const http = (more: object): object => ({ name: 'web', type: 'http', url: 'https://logs.example.com', ...more })
const pseudonymise = (key: string): object => ({ key_file: key, rules: [{ fields: ['user.name'], do: 'pseudonymise' }] })

/** What stands where, and what is said of it behind `wrong: destination web: `. `DIR` is the folder of the files. */
const wrong: readonly (readonly [title: string, destination: object, says: RegExp])[] = [
  ['a token that is not there', http({ token_file: 'DIR/none' }), /^token_file: DIR\/none: no such file; write the secret into it.*mode 0400$/],
  ['a password that is not there', http({ user: 'bob', password_file: 'DIR/none' }), /^password_file: DIR\/none: no such file; write the secret/],
  ['an empty token', http({ token_file: 'DIR/empty' }), /^token_file: DIR\/empty: is empty; write the secret into it/],
  ['a token of two lines', http({ token_file: 'DIR/two-lines' }), /^token_file: DIR\/two-lines: is not one line of ASCII characters/],
  ['a folder', http({ token_file: 'DIR' }), /^token_file: DIR: is a directory; name the file in it$/],
  ['authorities that are not there', http({ tls: { ca: 'DIR/none' } }), /^tls\.ca: DIR\/none: no such file; put the certificate there/],
  ['a certificate that is none', http({ tls: { cert: 'DIR/token', key: 'DIR/server.key' } }), /^tls\.cert: DIR\/token: holds no certificate in PEM/],
  ['a key that is none', http({ tls: { cert: 'DIR/server.pem', key: 'DIR/server.pem' } }), /^tls\.key: DIR\/server\.pem: holds no key in PEM/],
  ['the key of a stream', { name: 'web', type: 'syslog', host: 'a', port: 1, tls: { cert: 'DIR/server.pem', key: 'DIR/none' } }, /^tls\.key: DIR\/none: no such file; put the key/],
  ['a key of pseudonyms that is not there', { name: 'web', type: 'file', path: 'DIR/out', privacy: pseudonymise('DIR/none') }, /^privacy\.key_file: DIR\/none: no such file; make one with `head/],
  ['a short key of pseudonyms', { name: 'web', type: 'file', path: 'DIR/out', privacy: pseudonymise('DIR/token') }, /^privacy\.key_file: DIR\/token: expected a key of at least 32 bytes, found 12$/],
]
for (const [title, destination, says] of wrong) {
  test(`check tells the option, the path and what to do: ${title}`, async (t) => {
    const dir = temporaryDirectory(t)
    const { server } = makeCertificates(dir)
    write(join(dir, 'token'), SECRET)
    write(join(dir, 'empty'), ' \n')
    write(join(dir, 'two-lines'), `${SECRET}\n${SECRET}\n`)
    const text = JSON.stringify({ destinations: [destination] }).replaceAll('DIR/server.pem', server.cert).replaceAll('DIR/server.key', server.key).replaceAll('DIR', dir)
    const { code, lines, stdout } = await check(t, JSON.parse(text) as object)
    assert.equal(code, 78, stdout)
    assert.equal(lines.length, 1, stdout)
    const said = lines[0]!.replaceAll(server.cert, 'DIR/server.pem').replaceAll(dir, 'DIR').replace(/^wrong: destination web: /, '')
    assert.match(said, says)
    assert.doesNotMatch(stdout, new RegExp(SECRET))
  })
}

test('check: a file that may not be read', { skip: process.getuid?.() === 0 && 'root may read everything' }, async (t) => {
  const file = write(join(temporaryDirectory(t), 'token'), SECRET, 0o000)
  const { lines } = await check(t, { destinations: [http({ token_file: file })] })
  assert.match(lines.join('\n'), /token_file: .*: no permission to read it; `chown` it/)
})

test('check: the key of the file is told once, and a wrong table beside it too', async (t) => {
  const { code, lines } = await check(t, { privacy: pseudonymise('/nowhere/key'), inventory: { file: '/nowhere/devices.yaml' } })
  assert.equal(code, 78)
  assert.deepEqual(lines.filter((line) => line.startsWith('wrong: ')).map((line) => line.replace(/;.*/, '')), ['wrong: privacy.key_file: /nowhere/key: no such file', 'wrong: /nowhere/devices.yaml: no such file'])
})

test('check: what can be used, but should not be so, is a note', async (t) => {
  const dir = temporaryDirectory(t)
  const open = write(join(dir, 'open'), SECRET, 0o644)
  const closed = write(join(dir, 'closed'), SECRET, 0o400)
  const destinations = [http({ token_file: open }), http({ name: 'closed', token_file: closed }), http({ name: 'env', token_env: 'A_TOKEN' }), http({ name: 'there', token_env: 'B_TOKEN' })]
  const { code, lines, stdout } = await check(t, { destinations }, { B_TOKEN: SECRET })
  assert.equal(code, 0, stdout)
  assert.equal(lines.length, 2, stdout)
  assert.match(lines[0]!, /^note: destination web: token_file: .*open: its mode lets everybody on this machine read it; `chmod 0400`/)
  assert.match(lines[1]!, /^note: destination env: token_env: A_TOKEN: the variable is not set here; rsyslogd must have it/)
  assert.doesNotMatch(stdout, new RegExp(SECRET))
})

test('check: a folder for records that is not there is a note: it may be there on the machine that the file is for', async (t) => {
  const dir = temporaryDirectory(t)
  const destinations = [{ name: 'a', type: 'file', path: join(dir, 'none/a') }, { name: 'b', type: 'file', path: join(dir, 'b') }]
  const { code, lines } = await check(t, { destinations, health: { textfile: join(dir, 'none/naslog.prom') } })
  assert.equal(code, 0)
  assert.equal(lines.length, 2)
  assert.match(lines[1]!, /^note: health\.textfile: .*\/none: no such folder here/)
  assert.match(lines[0]!, /^note: destination a: path: .*\/none: no such folder here, and naslog omprog does not start without it; `install -d -m 0750`/)
})

test('check --rsyslog names a file that cannot be read', async (t) => {
  const dir = temporaryDirectory(t)
  for (const [file, reason] of [[join(dir, 'none.conf'), 'no such file'], [dir, 'is a directory']] as const) {
    const { code, stdout } = await withIo(run, { argv: ['check', '--rsyslog', file] })
    assert.equal(code, 1)
    assert.ok(stdout.includes(`wrong: ${file}: ${reason}\n`), stdout)
  }
})

test('check shows which rules the samples meet, and which destinations take them', async (t) => {
  const { code, stdout } = await check(t, {
    rules: [
      { name: 'noise', when: 'event.action: read', do: 'drop' },
      { name: 'few', when: 'event.action: create-file', do: 'sample 1/50' },
      { name: 'mark', when: 'event.module: qumulo*', do: { tag: 'q' } },
    ],
    destinations: [
      { name: 'archive', type: 'file', path: '/tmp/a' },
      { name: 'logins', type: 'file', path: '/tmp/b', where: 'event.category: authentication' },
    ],
  })
  assert.equal(code, 0, stdout)
  const rows = stdout.split('\n').filter((line) => line.startsWith('  '))
  assert.match(rows[0]!, /^ {2}parser {2}sample +rules +destinations$/)
  for (const head of ['sample', 'rules', 'destinations']) {
    const at = rows[0]!.indexOf(head)
    for (const each of rows) assert.match(each.slice(at - 1), /^ \S/, each)
  }
  const row = (pattern: RegExp): string => rows.find((each) => pattern.test(each)) ?? ''
  assert.match(row(/login-success/), / -  +archive, logins$/)
  assert.match(row(/qumulo +read/), /noise \(drop\)  +none: dropped$/)
  assert.match(row(/qumulo +create-file/), /few \(sample 1\/50\)(?:, mark)?  +a sample to archive$/)
  assert.match(row(/qumulo +nfs_delete_export/), /  mark  +archive$/)
  assert.match(row(/plain .*no header/), /"no header at all" +- +archive$/)
})

test('check without rules and filters says it in a line; one that nobody takes is shown', async (t) => {
  const plain = await check(t, { destinations: [{ name: 'a', type: 'file' }, { name: 'b', type: 'file', path: '/tmp/b' }] })
  assert.match(plain.stdout, /^samples: every event goes to a, b$/m)
  const none = await check(t, { destinations: [{ name: 'a', type: 'file', where: 'user.name: nobody-is-called-so' }] })
  assert.equal(none.code, 0)
  assert.match(none.stdout, /login-success \(success\) +- +none$/m)
})
