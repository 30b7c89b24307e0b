/**
 * What may stand neither in a JSON string of ours nor on a terminal, to be put between brackets in an expression: the controls of ASCII, DEL,
 * and the C1 controls (two bytes in UTF-8, the first is C2). That some other characters begin with C2, too, costs less than a look at
 * the next byte.
 */
const CONTROLS = String.raw`\x00-\x1f\x7f\xc2`

/** The same with what JSON has an escape for. Text without any of it is plain: it goes into a record as it stands. */
export const UNPLAIN = CONTROLS + String.raw`"\\`

const PERHAPS_UNPLAIN = new RegExp(`[${UNPLAIN}]`)
const PERHAPS_CONTROLS = new RegExp(`[${CONTROLS}]`)

/** True for text that needs no escape. False for some that needs none either. */
export function isPlain(text: string): boolean {
  return !PERHAPS_UNPLAIN.test(text)
}

/** True for text that is plain, but for quotes and backslashes. False for some that is. */
export function isFreeOfControls(text: string): boolean {
  return !PERHAPS_CONTROLS.test(text)
}
