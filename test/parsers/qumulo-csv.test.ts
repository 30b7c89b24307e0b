import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { fromBytes, toBytes } from '../../src/lib/bytes.ts'
import { readCsv } from '../../src/parsers/qumulo/csv.ts'
import { parse } from './qumulo-parse.ts'

function read(body: string) {
  const record = readCsv(toBytes(body))
  if (record === undefined) return undefined
  const { address, account, protocol, operation, status, fileId, path, target } = record
  const fields = [address, account, protocol, operation, status, fileId, path, target].map((field) => (field === undefined ? undefined : fromBytes(field)))
  const flags = [record.repaired && 'repaired', record.truncated && 'truncated', record.broken !== undefined && 'broken'].filter(Boolean)
  return { fields, flags: flags.join() }
}

const head = '10.0.0.1,"u",smb2,fs_rename,ok,3,'
const readings: [what: string, body: string, user: string, path: string | undefined, target: string | undefined, flags: string][] = [
  ['plain', head + '"/a","/b"', 'u', '/a', '/b', ''],
  ['empty paths', head + '"",""', 'u', '', '', ''],
  ['comma in path', head + '"/a,b","/c,d"', 'u', '/a,b', '/c,d', ''],
  ['doubled quotes', head + '"/a""b","/""c"""', 'u', '/a"b', '/"c"', ''],
  ['a path of one quote', head + '"""",""', 'u', '"', '', ''],
  ['separator within the path', head + '"/a"",""b",""', 'u', '/a","b', '', ''],
  ['a record within the path', head + '"/x"",smb2,fs_delete,ok,1,""/y",""', 'u', '/x",smb2,fs_delete,ok,1,"/y', '', ''],
  ['backslashes are literal', '10.0.0.1,"AD\\alice",smb2,fs_rename,ok,3,"/a\\","/b\\"', 'AD\\alice', '/a\\', '/b\\', ''],
  ['quote in the user', '10.0.0.1,"a""b,c",smb2,fs_rename,ok,3,"/a","/b"', 'a"b,c', '/a', '/b', ''],
  ['blank at the end', head + '"/a","/b"  ', 'u', '/a', '/b', ''],
  ['UTF-8', '10.0.0.1,"Zoë",smb2,fs_rename,ok,3,"/Übung/“x”.txt","/日本"', 'Zoë', '/Übung/“x”.txt', '/日本', ''],

  ['quote not doubled in the path', head + '"/a"b",""', 'u', '/a"b', '', 'repaired'],
  ['quotes not doubled in both', head + '"/a"b","/c"d"', 'u', '/a"b', '/c"d', 'repaired'],
  ['separator not doubled in the path', head + '"/a","b",""', 'u', '/a","b', '', 'repaired'],
  ['quote with backslash', head + '"/a\\"b",""', 'u', '/a"b', '', 'repaired'],
  ['quote not doubled in the user', '10.0.0.1,"a"b",smb2,fs_rename,ok,3,"/a","/b"', 'a"b', '/a', '/b', 'repaired'],
  ['last quote missing', head + '"","', 'u', '', '', 'repaired'],
  ['curly quotes', '10.0.0.1,“u”,smb2,fs_rename,ok,3,”/a”,”/b”', 'u', '/a', '/b', 'repaired'],
  ['curly quotes, last one missing', '10.0.0.1,”u”,smb2,fs_rename,ok,3,”/a”,”', 'u', '/a', '', 'repaired'],
  ['node column', '10.0.0.1,groot-1,"u",smb2,fs_rename,ok,3,"/a","/b"', 'u', '/a', '/b', 'repaired'],

  ['cut in the target', head + '"/a","/b', 'u', '/a', '/b', 'truncated'],
  ['cut behind the separator', head + '"/a",', 'u', '/a', undefined, 'truncated'],
  ['cut behind the path', head + '"/a"', 'u', '/a', undefined, 'truncated'],
  ['cut in the path', head + '"/a', 'u', '/a', undefined, 'truncated'],
  ['cut in a path with quotes', head + '"/a"",""b', 'u', '/a","b', undefined, 'truncated'],
  ['cut in a path with bare quotes', head + '"/a"b', 'u', '/a"b', undefined, 'repaired,truncated'],
]
for (const [what, body, user, path, target, flags] of readings) {
  test(`CSV: ${what}`, () => {
    assert.deepEqual(read(body), { fields: ['10.0.0.1', user, 'smb2', 'fs_rename', 'ok', '3', path, target], flags })
  })
}

const cut: [body: string, fields: string[]][] = [
  ['10.0.0.1,"u', ['10.0.0.1']],
  ['10.0.0.1,"u"', ['10.0.0.1', 'u']],
  ['10.0.0.1,"u",smb2', ['10.0.0.1', 'u']],
  ['10.0.0.1,"u",smb2,fs_re', ['10.0.0.1', 'u', 'smb2']],
  ['10.0.0.1,"u",smb2,fs_rename,', ['10.0.0.1', 'u', 'smb2', 'fs_rename']],
  ['10.0.0.1,"u",smb2,fs_rename,ok', ['10.0.0.1', 'u', 'smb2', 'fs_rename']],
  ['10.0.0.1,"u",smb2,fs_rename,ok,3', ['10.0.0.1', 'u', 'smb2', 'fs_rename', 'ok']],
  ['10.0.0.1,"u",smb2,fs_rename,ok,3,', ['10.0.0.1', 'u', 'smb2', 'fs_rename', 'ok', '3']],
]
for (const [body, fields] of cut) {
  test(`CSV that is cut before the path keeps the fields that are whole: ${body}`, () => {
    assert.deepEqual(read(body), { fields: [...fields, ...Array<undefined>(8 - fields.length).fill(undefined)], flags: 'truncated' })
  })
}

test('CSV that is cut before the operation is an error that says so', () => {
  const record = parse('10.0.0.1,"u",smb2,fs_re')
  assert.equal(record?.['event.kind'], 'pipeline_error')
  assert.equal(record['naslog.truncated'], true)
  assert.deepEqual(record['naslog.problems'], ['truncated'])
  assert.equal(record['qumulo.audit.protocol'], 'smb2')
  assert.equal(record['event.action'], undefined)
})

test('a path that was cut is neither file nor directory', () => {
  for (const path of ['/', '/a/', '/a/b']) {
    for (const body of [`10.0.0.1,"u",smb2,fs_rename,ok,3,"${path}`, `{"user_ip": "::1", "operation": "fs_rename", "details": {"path": "${path}`]) {
      const record = parse(body)
      assert.equal(record?.['file.path'], path)
      assert.equal(record['file.type'], undefined)
      assert.equal(record['qumulo.audit.object'], undefined)
    }
  }
  assert.equal(parse('10.0.0.1,"u",smb2,fs_list_directory,ok,3,"/a')?.['file.type'], 'dir')
})

const broken: [body: string, fields: (string | undefined)[]][] = [
  ['10.0.0.1,"u",smb2,fs_rename,ok,3,/a,', ['10.0.0.1', 'u']],
  ['10.0.0.1,admin,smb2,fs_rename,ok,3,"/a",""', ['10.0.0.1', undefined]],
  ['fe80::1%eth0,', ['fe80::1%eth0', undefined]],
]
for (const [body, [address, user]] of broken) {
  test(`CSV that is broken: ${body}`, () => {
    assert.deepEqual(read(body), { fields: [address, user, ...Array<undefined>(6).fill(undefined)], flags: 'broken' })
  })
}

for (const body of ['', ',', 'Started, waiting', 'Audit log connected', 'a b,"x"', 'nothing here', '10.0.0.1', '10.0.0.1 said hello, "x"']) {
  test(`no CSV: ${body}`, () => assert.equal(read(body), undefined))
}

const word = fc.stringMatching(/^[a-z][a-z0-9_.]{0,20}$/)
const quoted = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', '\\', '/', 'a', ' ', 'é', '“', '{', "'"), maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, '')),
)
const row = fc.tuple(fc.ipV4(), quoted, word, word, word, fc.stringMatching(/^\d{0,30}$/), quoted, quoted)
const quote = (text: string) => '"' + text.replaceAll('"', '""') + '"'

test('CSV that is well-formed reads as csv-parse reads it', () => {
  fc.assert(
    fc.property(row, ([address, user, protocol, operation, status, id, path, target]) => {
      const body = [address, quote(user), protocol, operation, status, id, quote(path), quote(target)].join()
      const [expected] = parseCsv(body, { relax_column_count: true }) as string[][]
      assert.deepEqual(read(body), { fields: expected, flags: '' })
    }),
    { numRuns: 500 },
  )
})

test('CSV that was cut keeps its complete fields and invents none', () => {
  fc.assert(
    fc.property(row, fc.nat(), ([address, user, protocol, operation, status, id, path, target], where) => {
      const body = toBytes([address, quote(user), protocol, operation, status, id, quote(path), quote(target)].join())
      const record = readCsv(body.slice(0, where % body.length))
      if (record === undefined) return
      const words = [record.protocol, record.operation, record.status, record.fileId]
      const whole = [protocol, operation, status, id]
      words.forEach((found, index) => assert.ok(found === undefined || found === whole[index]))
      if (record.fileId === undefined) return assert.ok(record.truncated || record.broken !== undefined)
      assert.deepEqual([record.address, record.account, record.protocol, record.operation, record.status, record.fileId].map((x) => fromBytes(x ?? '')), [
        address,
        user,
        protocol,
        operation,
        status,
        id,
      ])
      // A cut between two quotes of the target makes a well-formed shorter one.
      if (!target.includes('"')) assert.ok(record.truncated || record.repaired)
    }),
    { numRuns: 500 },
  )
})

test('no path forges another field', () => {
  fc.assert(
    fc.property(quoted, quoted, (path, target) => {
      const record = parse(`10.0.0.1,"u",nfs3,fs_rename,fs_read_only_error,3,${quote('/' + path)},${quote(target)}`)
      assert.equal(record?.['user.name'], 'u')
      assert.equal(record['event.action'], 'rename')
      assert.equal(record['event.outcome'], 'failure')
      assert.equal(record['file.inode'], '3')
      assert.equal(record['file.path'], '/' + path)
      assert.equal(record['naslog.problems'], undefined)
    }),
    { numRuns: 300 },
  )
})

test('a megabyte of anything is read in linear time', () => {
  const long = 1 << 20
  for (const unit of ['a', '"', '""a', '",', '","', '\\"', '",a,b,c,1,', '",a,b,c,1,"', ',', 'é”']) {
    const fill = unit.repeat(long / unit.length)
    for (const body of [`1.1.1.1,"${fill}`, `1.1.1.1,”${fill}`, `${head}"${fill}`, `${head}"/a","${fill}`, `${head}"${fill}",""`]) read(body)
  }
})
