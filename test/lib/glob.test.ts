import assert from 'node:assert/strict'
import { test } from 'node:test'
import { globMatches } from '../../src/lib/glob.ts'

const cases: readonly (readonly [glob: string, name: string, fits: boolean])[] = [
  ['nas', 'nas', true], ['nas', 'NAS', true], ['nas', 'nas1', false], ['nas*', 'nas', true], ['nas*', 'nas-01', true],
  ['*-01', 'nas-01', true], ['*-01', 'nas-011', false], ['a*b*c', 'a1b2b3c', true], ['a*b*c', 'a1b2', false],
  ['n?s', 'nas', true], ['n?s', 'ns', false], ['*', '', true], ['', '', true], ['', 'a', false], ['10.0.*.1', '10.0.7.1', true],
  ['a.c', 'abc', false], ['*a*a*a*a*b', 'a'.repeat(255), false],
]
for (const [glob, name, fits] of cases) test(`glob: ${glob} ${fits ? 'fits' : 'does not fit'} ${name.slice(0, 20)}`, () => assert.equal(globMatches(glob, name), fits))
