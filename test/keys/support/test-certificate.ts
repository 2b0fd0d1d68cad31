import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A certificate that is its own authority, for one test. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
  /** The file of the certificate, for `SSL_CERT_FILE`. */
  readonly file: string
}

const KEYS = { ec: '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1', rsa: '-newkey rsa:2048' } as const

/** Makes a certificate for host names. Skips the test where there is no openssl. */
export function testCertificate(
  names: readonly string[],
  context: TestContext,
  kind: keyof typeof KEYS = 'ec',
): TestCertificate {
  const folder = temporaryFolder(context)
  const [file, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const fresh = `${KEYS[kind]} -nodes -days 2`.split(' ')
  const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`]
  const made = spawnSync('openssl', ['req', '-x509', ...fresh, ...subject, '-keyout', keyFile, '-out', file])
  if (made.status !== 0) return context.skip('openssl is not installed')
  return { cert: readFileSync(file, 'utf8'), key: readFileSync(keyFile, 'utf8'), file }
}
