/** Milliseconds of `250ms`, `15s`, `2m`, `1h`, `7d`; `undefined` for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?)\s*(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  if (digits === undefined || unit === undefined) return undefined
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  return Math.round(Number(digits) * (factors[unit] as number))
}

/** Bytes of `64kB`, `16MiB`, `2GiB`; `undefined` for any other text. Letters of either case. */
export function parseSize(text: string): number | undefined {
  const [, digits, prefix, binary] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([kmgt]?)(i?)b$/i.exec(text.trim()) ?? []
  if (digits === undefined || prefix === undefined) return undefined
  const power = ['', 'k', 'm', 'g', 't'].indexOf(prefix.toLowerCase())
  return Math.round(Number(digits) * (binary === 'i' || binary === 'I' ? 1024 : 1000) ** power)
}
