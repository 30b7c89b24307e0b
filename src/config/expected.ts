/** Error of a schema: what should have been there. `candidates` are compared with a mistyped value. */
export function expected(what: string, candidates?: () => readonly string[]) {
  return { error: `expected ${what}`, ...(candidates && { params: { candidates } }) }
}
