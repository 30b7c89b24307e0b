#!/usr/bin/env node
// Stands between omprog and a program and writes down their conversation: `> ` before what rsyslog says, `< ` before what it hears.
// `witness.mjs FILE FAILED COMMAND...`: the first FAILED commits of transactions are answered with an error, whatever the program says.
// It leaves when the program does.
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'

const [file, failed, command, ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
/** As much of a message as is written down. */
const EXCERPT = 40
let toFail = Number(failed)
let message = ''
let answer = ''

process.stdin.setEncoding('latin1').on('data', (text) => {
  message += text
  child.stdin.write(text, 'latin1')
})
process.stdin.on('end', () => child.stdin.end())
child.stdin.on('error', () => undefined)
process.stdout.on('error', () => undefined)
child.stdout.setEncoding('latin1').on('data', (text) => {
  answer += text
  const fails = toFail > 0 && message === 'COMMIT TRANSACTION\n'
  // Dots are passed on at once: they tell rsyslog to wait.
  if (!fails) process.stdout.write(text, 'latin1')
  if (!answer.endsWith('\n')) return
  if (fails) {
    toFail--
    answer = 'Error: could not commit transaction\n'
    process.stdout.write(answer)
  }
  appendFileSync(file, `${message === '' ? '' : `> ${message.trimEnd().slice(0, EXCERPT)}\n`}< ${answer}`)
  message = answer = ''
})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('close', (code) => process.exit(code ?? 1))
