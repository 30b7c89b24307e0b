/** As much of a text as an error shows; it may be a megabyte. */
const LONGEST = 40

/** A text as an error shows it. Characters outside the Basic Multilingual Plane are not torn. */
export function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3).replace(/[\ud800-\udbff]$/, '')}...`
}
