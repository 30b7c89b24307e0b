import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { defaultAnswers } from '../../src/rsyslog/answers.ts'
import { lintRsyslog } from '../../src/rsyslog/lint.ts'
import { parseConfiguration } from '../../src/rsyslog/rainerscript.ts'
import { renderDropIn } from '../../src/rsyslog/render.ts'

const good = renderDropIn(defaultAnswers('both'))

/** One change to the shipped drop-in, and the one warning that must come of it. `at`: text of the line that it must point to. */
const cases: readonly { name: string; edit: readonly [from: string | RegExp, to: string][]; severity: 'loss' | 'advice'; says: RegExp; at: string }[] = [
  { name: 'confirmMessages off', edit: [['confirmMessages="on"', 'confirmMessages="off"']], severity: 'loss', says: /^confirmMessages is off/, at: 'confirmMessages="off"' },
  { name: 'confirmMessages missing', edit: [['confirmMessages="on"', '']], severity: 'loss', says: /^confirmMessages is off/, at: 'action(type="omprog"' },
  { name: 'resumeRetryCount 0', edit: [['resumeRetryCount="-1"', 'resumeRetryCount="0"']], severity: 'loss', says: /resumeRetryCount is 0/, at: 'resumeRetryCount="0"' },
  { name: 'resumeRetryCount missing', edit: [['action.resumeRetryCount="-1"', '']], severity: 'loss', says: /resumeRetryCount is 0/, at: 'action(type="omprog"' },
  { name: 'batch of 128', edit: [['dequeueBatchSize="1"', 'dequeueBatchSize="128"']], severity: 'loss', says: /dequeueBatchSize is 128/, at: 'dequeueBatchSize="128"' },
  { name: 'batch missing', edit: [['queue.dequeueBatchSize="1"', '']], severity: 'loss', says: /dequeueBatchSize is 1024/, at: 'ruleset(' },
  { name: 'no queue.filename', edit: [['queue.filename="naslog"', '']], severity: 'loss', says: /^queue.filename is missing/, at: 'ruleset(' },
  { name: 'saveOnShutdown off', edit: [['saveOnShutdown="on"', 'saveOnShutdown="off"']], severity: 'loss', says: /saveOnShutdown is off/, at: 'saveOnShutdown="off"' },
  { name: 'no checkpoints', edit: [['queue.checkpointInterval="100"', '']], severity: 'loss', says: /checkpointInterval is not set/, at: 'ruleset(' },
  { name: 'high watermark above the delay mark', edit: [['highWatermark="20000"', 'highWatermark="45000"']], severity: 'advice', says: /highWatermark 45000/, at: 'highWatermark="45000"' },
  { name: 'transactions', edit: [['confirmMessages="on"', 'confirmMessages="on" useTransactions="on"']], severity: 'loss', says: /^useTransactions is on/, at: 'useTransactions' },
  { name: 'a single program', edit: [['forceSingleInstance="off"', 'forceSingleInstance="on"']], severity: 'loss', says: /^forceSingleInstance is on/, at: 'forceSingleInstance="on"' },
  { name: 'timeoutEnqueue default', edit: [['queue.timeoutEnqueue="60000"', '']], severity: 'loss', says: /timeoutEnqueue is 2000/, at: 'ruleset(' },
  { name: 'timeoutEnqueue 0', edit: [['timeoutEnqueue="60000"', 'timeoutEnqueue="0"']], severity: 'loss', says: /timeoutEnqueue is 0: lines are thrown away at once/, at: 'timeoutEnqueue="0"' },
  { name: 'no hup.signal', edit: [['hup.signal="HUP"', '']], severity: 'advice', says: /^hup.signal is missing/, at: 'action(type="omprog"' },
  { name: 'relative path', edit: [['binary="/usr/bin/naslog', 'binary="naslog']], severity: 'loss', says: /no absolute path/, at: 'binary="naslog' },
  { name: 'single quotes', edit: [['--config /etc/naslog/naslog.yaml', "--config '/etc/naslog/naslog.yaml'"]], severity: 'loss', says: /single quotes/, at: "'/etc" },
  { name: 'small messages', edit: [['maxMessageSize="256k"', 'maxMessageSize="32k"']], severity: 'loss', says: /maxMessageSize is 32k/, at: 'maxMessageSize="32k"' },
  { name: 'message size not set', edit: [['global(maxMessageSize="256k")', '']], severity: 'loss', says: /maxMessageSize is 8k, the default/, at: '' },
  { name: 'repeated messages', edit: [[/^/, '$RepeatedMsgReduction on\n']], severity: 'loss', says: /RepeatedMsgReduction/, at: '$Repeated' },
  { name: 'default template', edit: [['name="naslog" template="naslog"\n', 'name="naslog"\n']], severity: 'loss', says: /RSYSLOG_FileFormat drops/, at: 'action(type="omprog"' },
  { name: 'protocol template', edit: [['template="naslog"\n', 'template="RSYSLOG_SyslogProtocol23Format"\n']], severity: 'advice', says: /neither the sender/, at: 'Protocol23' },
  { name: 'template of another file', edit: [['template="naslog"\n', 'template="elsewhere"\n']], severity: 'advice', says: /elsewhere is not in this file/, at: 'elsewhere' },
  {
    name: 'the driver that closes twice, at the input',
    edit: [['input(type="imtcp"', 'input(type="imtcp" streamDriver.name="ossl" streamDriver.mode="1"']],
    severity: 'loss',
    says: /^the driver ossl closes each connection twice/,
    at: 'streamDriver.name="ossl"',
  },
  {
    name: 'the same at the module',
    edit: [['module(load="imtcp"', 'module(load="imtcp" StreamDriver.Name="OSSL"']],
    severity: 'loss',
    says: /^the driver ossl/,
    at: 'module(load="imtcp"',
  },
  { name: 'the same for all of rsyslogd', edit: [[/^/, '$DefaultNetstreamDriver ossl\n']], severity: 'loss', says: /^the driver ossl/, at: '$DefaultNetstreamDriver' },
  {
    name: 'the same where lines are forwarded',
    edit: [[/$/, '\naction(type="omfwd" target="siem" protocol="tcp" StreamDriver="ossl" StreamDriverMode="1")\n']],
    severity: 'loss',
    says: /^the driver ossl/,
    at: 'omfwd',
  },
  {
    name: 'the same for all of imtcp',
    edit: [['module(load="imtcp"', 'module(load="imtcp" StreamDriver.AuthMode="anon"'], ['input(type="imtcp"', 'input(type="imtcp" streamDriver.caFile="/ca.pem"']],
    severity: 'advice',
    says: /everybody may connect/,
    at: 'StreamDriver.AuthMode="anon"',
  },
  {
    name: 'an authority that nobody asks for',
    edit: [['input(type="imtcp"', 'input(type="imtcp" streamDriver.name="gtls" streamDriver.caFile="/ca.pem" streamDriver.authMode="anon"']],
    severity: 'advice',
    says: /everybody may connect; set "x509\/certvalid"$/,
    at: 'streamDriver.authMode="anon"',
  },
  {
    name: 'template without the message as it came',
    edit: [['name="rawmsg"', 'name="msg"']],
    severity: 'loss',
    says: /template naslog drops/,
    at: 'action(type="omprog"',
  },
  {
    name: 'template without line feed',
    edit: [[/^/, '$template plain,"%rawmsg%"\n'], ['template="naslog"\n', 'template="plain"\n']],
    severity: 'advice',
    says: /plain does not end with a line feed/,
    at: 'template="plain"',
  },
  {
    name: 'plain template and no escaping',
    edit: [
      [/^/, 'global(parser.escapeControlCharactersOnReceive="off")\ntemplate(name="plain" type="string" string="%rawmsg%\\n")\n'],
      ['template="naslog"\n', 'template="plain"\n'],
    ],
    severity: 'loss',
    says: /a line feed inside a message makes two lines/,
    at: 'escapeControl',
  },
]

describe('one warning for one mistake', () => {
  for (const { name, edit, severity, says, at } of cases) {
    test(name, () => {
      const text = edit.reduce((before, [from, to]) => {
        const after = before.replace(from, to)
        assert.notEqual(after, before, 'the edit changes nothing')
        return after
      }, good)
      const warnings = lintRsyslog(text, 'a.conf')
      assert.equal(warnings.length, 1, JSON.stringify(warnings))
      assert.match(warnings[0]!.text, says)
      assert.equal(warnings[0]!.severity, severity)
      assert.equal(warnings[0]!.file, 'a.conf')
      assert.ok(text.split('\n')[warnings[0]!.line - 1]!.includes(at), `line ${warnings[0]!.line}`)
    })
  }
})

test('JSON templates may go without escaping', () => {
  assert.deepEqual(lintRsyslog(`global(parser.escapeControlCharactersOnReceive="off")\n${good}`, 'a'), [])
})

test('the queue of the action itself: a small one, several workers, and the rest of rsyslog', () => {
  const text = good
    .replace(/queue\.[^\n]*\n/g, '\n')
    .replace('forceSingleInstance="off"', 'queue.type="LinkedList" queue.filename="a" queue.workerThreads="4"')
    .replace(/\) +\{ +# at a stop.*/, ') {')
    .replace(/^(ruleset\(name="naslog").*$/m, '$1) {')
  assert.deepEqual(
    lintRsyslog(text, 'a').map((warning) => warning.text.slice(0, 40)),
    [
      'queue.dequeueBatchSize is 128: a stop of',
      'queue.size 1000 with a batch of 128 neve',
      'queue.workerThreads above 1 without forc',
      'queue.timeoutEnqueue is 2000: a full que',
      'queue.saveOnShutdown is off: a stop of r',
      'queue.checkpointInterval is not set: whe',
      'queue.highWatermark 900 is near or above',
      'the queue belongs to the action: when it',
    ].toSorted((a, b) => order(text, a) - order(text, b)),
  )
})

/** Line of an action's warning: its parameter's, which is the line of forceSingleInstance's place, else the action's. */
function order(text: string, warning: string): number {
  const lines = text.split('\n')
  const here = warning.includes('workerThreads') || warning.startsWith('the queue belongs') ? 'queue.workerThreads' : 'action(type="omprog"'
  return lines.findIndex((line) => line.includes(here) && !line.trimStart().startsWith('#'))
}

test('an action without any queue', () => {
  const [warning] = lintRsyslog('action(type="omprog" binary="/bin/naslog" confirmMessages="on")', 'a').filter(({ text }) => text.startsWith('no queue'))
  assert.equal(warning?.severity, 'loss')
})

test('a file that starts no program', () => {
  assert.deepEqual(lintRsyslog('*.* /var/log/all\n', 'a').map(({ severity }) => severity), ['advice'])
})

test('other programs in the file are nobody else\'s business', () => {
  assert.deepEqual(lintRsyslog(`${good}\naction(type="omprog" binary="other")\n`, 'a'), [])
})

describe('RainerScript', () => {
  test('comments, nesting, arrays, old directives', () => {
    const text = [
      '$WorkDirectory /var/spool/rsyslog # old',
      '# action(type="omprog")',
      '/* action(',
      '*/ Ruleset ( Name="a" ) { if $msg contains "action(" then { ACTION(type="omfile" # why )',
      '  file="/x\\"y" tag=["a", "b"]) } }',
      "*.* /it's/a/path",
      'input(type="imtcp" port="1" port="2")',
    ].join('\n')
    const { objects, directives } = parseConfiguration(text)
    assert.deepEqual(directives, [{ name: 'workdirectory', value: '/var/spool/rsyslog # old', line: 1 }])
    assert.deepEqual(objects.map(({ kind, line, parent }) => [kind, line, parent?.kind]), [
      ['ruleset', 4, undefined],
      ['action', 4, 'ruleset'],
      ['input', 7, undefined],
    ])
    assert.deepEqual(objects[1]!.parameters.get('file'), { value: '/x"y', line: 5 })
    assert.equal(objects[1]!.parameters.get('tag')?.value, 'a,b')
    assert.equal(objects[2]!.parameters.get('port')?.value, '1')
  })

  test('any text gives a result', () => {
    const piece = fc.constantFrom('action(', 'ruleset(', 'template(', ')', '{', '}', '"', "'", '\\', '\n', '[', ']', '=', '#', '/*', '*/', '$A b', 'type="omprog"', 'name', ' ')
    fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => void lintRsyslog(pieces.join(''), 'a')), { numRuns: 1000 })
  })
})
