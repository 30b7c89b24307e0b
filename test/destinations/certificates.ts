import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** PEM files of a test authority, a server that is `localhost` and 127.0.0.1, and a client; and another authority that signed none of them. */
export interface Certificates {
  readonly ca: string
  readonly otherCa: string
  readonly server: { readonly cert: string; readonly key: string }
  readonly client: { readonly cert: string; readonly key: string }
  /** A client's certificate that the other authority has signed. */
  readonly stranger: { readonly cert: string; readonly key: string }
}

/** Makes them with openssl in a folder. */
export function makeCertificates(dir: string): Certificates {
  const file = (name: string): string => join(dir, name)
  const openssl = (...args: string[]): void => {
    const made = spawnSync('openssl', args, { encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`openssl ${args[0]}: ${made.stderr}`)
  }
  const newKey = (name: string): string[] => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)]
  const authority = (name: string): string => {
    openssl('req', '-x509', ...newKey(name), '-days', '2', '-subj', `/CN=${name}`, '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', file(`${name}.pem`))
    return file(`${name}.pem`)
  }
  const signed = (name: string, by: string): { cert: string; key: string } => {
    openssl('req', '-new', ...newKey(name), '-subj', `/CN=${name}`, '-out', file(`${name}.csr`))
    writeFileSync(file(`${name}.ext`), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
    const issuer = ['-CA', file(`${by}.pem`), '-CAkey', file(`${by}.key`), '-CAcreateserial']
    openssl('x509', '-req', '-in', file(`${name}.csr`), ...issuer, '-days', '2', '-extfile', file(`${name}.ext`), '-out', file(`${name}.pem`))
    return { cert: file(`${name}.pem`), key: file(`${name}.key`) }
  }
  const ca = authority('authority')
  const otherCa = authority('other')
  return { ca, otherCa, server: signed('server', 'authority'), client: signed('client', 'authority'), stranger: signed('stranger', 'other') }
}
