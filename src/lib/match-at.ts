import type { ByteString } from './bytes.ts'

/** Position behind what a sticky expression (flag `y`) finds at `at`, or -1. */
export function matchEnd(expression: RegExp, text: ByteString, at: number): number {
  expression.lastIndex = at
  return expression.test(text) ? expression.lastIndex : -1
}

/** What a sticky expression finds at `at`. */
export function matchAt(expression: RegExp, text: ByteString, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}
