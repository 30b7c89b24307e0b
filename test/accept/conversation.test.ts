// Conversations as text: `> line` is what rsyslog writes, `< answer` what must come back; `! word` sets the store.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConversation, type ConversationOptions } from '../../src/accept/conversation.ts'

const defaults: ConversationOptions = { confirm: true, dotEvery: 1000, refuseAfter: 3000 }
const marks = { begin: 'BEGIN TRANSACTION', commit: 'COMMIT TRANSACTION' }

const scripts: readonly (readonly [name: string, options: Partial<ConversationOptions>, script: string, kept: readonly string[]])[] = [
  ['one line, one answer', {}, `
> first
< OK
> second
< OK`, ['first', 'second']],
  ['an empty line is a message', {}, `
>
< OK`, ['']],
  ['a mark without transactions is a message', {}, `
> BEGIN TRANSACTION
< OK`, ['BEGIN TRANSACTION']],
  ['transactions', { transactions: marks }, `
> BEGIN TRANSACTION
< OK
> a
< DEFER_COMMIT
> b
< DEFER_COMMIT
> COMMIT TRANSACTION
< OK
> outside
< OK`, ['a', 'b', 'outside']],
  ['marks of one\'s own', { transactions: { begin: '{"b":1}', commit: '{"c":1}' } }, `
> {"b":1}
< OK
> BEGIN TRANSACTION
< DEFER_COMMIT
> {"c":1}
< OK`, ['BEGIN TRANSACTION']],
  ['full: dots, then one refusal, then accepted', {}, `
> a
< OK
! full
> b
< ...the journal is full
! ok
> b
< OK
> c
< OK`, ['a', 'b', 'c']],
  ['room in time: dots, then OK', {}, `
! full for 2
> a
< ..OK`, ['a']],
  ['a commit fails: refused at once, a second sync would say nothing of what the first has lost', { transactions: marks }, `
> BEGIN TRANSACTION
< OK
> a
< DEFER_COMMIT
! commit fails
> COMMIT TRANSACTION
< the disk failed
! ok
> a
< OK`, ['a', 'a']],
  ['no answers', { confirm: false }, `
> a
> b`, ['a', 'b']],
]

for (const [name, options, script, expected] of scripts) {
  test(`conversation: ${name}`, () => {
    const kept: string[] = []
    let state = 'ok'
    let attempts = 0
    const full = (): boolean => state === 'full' || (state.startsWith('full for') && attempts++ < Number(state.slice(9)))
    let said = ''
    const converse = createConversation(
      {
        append: (line) => (full() ? 'the journal is full' : void kept.push(line.toString())),
        commit: () => (state === 'commit fails' ? 'the disk failed' : undefined),
      },
      { ...defaults, ...options },
      { say: (answer) => (said += answer), wait: () => true, report: () => {} },
    )
    for (const step of script.trim().split('\n')) {
      if (step.startsWith('>')) converse(Buffer.from(step.slice(2)))
      else if (step.startsWith('!')) state = step.slice(2)
      else {
        assert.equal(said, step.slice(2) + '\n', `after ${kept.length} lines`)
        said = ''
      }
    }
    assert.equal(said, '')
    assert.deepEqual(kept, expected)
  })
}

test('conversation: never more dots than rsyslog takes', () => {
  let said = ''
  const converse = createConversation(
    { append: () => 'full', commit: () => undefined },
    { confirm: true, dotEvery: 1, refuseAfter: Infinity },
    { say: (answer) => (said += answer), wait: () => true, report: () => {} },
  )
  converse(Buffer.from('x'))
  assert.equal(said, '.'.repeat(4092) + 'full\n')
})

test('conversation: a refusal is one line', () => {
  let said = ''
  const converse = createConversation(
    { append: () => 'two\nlines ' + 'x'.repeat(9999), commit: () => undefined },
    { confirm: true, dotEvery: 1, refuseAfter: 0 },
    { say: (answer) => (said += answer), wait: () => true, report: () => {} },
  )
  converse(Buffer.from('x'))
  assert.match(said, /^[^\n]{1,600}\n$/)
})

test('conversation: one report at the start of trouble, one at its end', () => {
  const reports: string[] = []
  let full = true
  const converse = createConversation(
    { append: () => (full ? 'full' : undefined), commit: () => undefined },
    { confirm: true, dotEvery: 1, refuseAfter: 3 },
    { say: () => {}, wait: () => true, report: (message) => reports.push(message) },
  )
  for (let i = 0; i < 5; i++) converse(Buffer.from('x'))
  full = false
  for (let i = 0; i < 5; i++) converse(Buffer.from('x'))
  assert.equal(reports.length, 2)
})
