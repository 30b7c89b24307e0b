#!/usr/bin/env node
// Stands between omprog and a program, and notes every message that the program has acknowledged before rsyslog hears of it:
// `tap.mjs NOTES DELAY COMMAND...`. Each message waits for DELAY ms. It leaves when the program does. In NOTES.given stand the messages that
// it was given, each with its process id.
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'

const [notes, delay, command, ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
const numberIn = (text) => /Users: m(\d+),/.exec(text)?.[1]
let line = ''
let answer = ''
process.stdin.setEncoding('latin1').on('data', (text) => {
  line += text
  if (text.endsWith('\n')) appendFileSync(`${notes}.given`, `${numberIn(line)} ${process.pid}\n`)
  setTimeout(() => child.stdin.write(text, 'latin1'), Number(delay))
})
process.stdin.on('end', () => setTimeout(() => child.stdin.end(), Number(delay)))
child.stdin.on('error', () => undefined)
process.stdout.on('error', () => undefined)
child.stdout.setEncoding('latin1').on('data', (text) => {
  answer += text
  if (answer.endsWith('\n')) {
    const number = numberIn(line)
    if (number !== undefined && answer.endsWith('OK\n')) appendFileSync(notes, `${number}\n`)
    line = answer = ''
  }
  process.stdout.write(text, 'latin1')
})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('close', (code) => process.exit(code ?? 1))
