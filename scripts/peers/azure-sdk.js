import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { linkProgram, peersFolder } from './peer-cache.js'

/** Azure's own client of Key Vault as a program: there is no server to be had, so it judges our stand-in. 10 seconds. */
export const peer = { programs: ['azure-key-vault-client'], install }

const PACKAGES = ['@azure/identity@4.13.1', '@azure/keyvault-keys@4.10.2']

/** `azure-key-vault-client encrypt|decrypt KEY_URL BASE64` prints base64. */
const CLIENT = `#!/usr/bin/env node
import { DefaultAzureCredential } from '@azure/identity'
import { CryptographyClient } from '@azure/keyvault-keys'

const [action, key, text] = process.argv.slice(2)
const client = new CryptographyClient(key, new DefaultAzureCredential())
const bytes = Buffer.from(text, 'base64')
const algorithm = 'RSA-OAEP-256'
const { result } =
  action === 'encrypt'
    ? await client.encrypt({ algorithm, plaintext: bytes })
    : await client.decrypt({ algorithm, ciphertext: bytes })
process.stdout.write(Buffer.from(result).toString('base64'))
`

function install() {
  const folder = join(peersFolder(), 'azure-sdk')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  writeFileSync(join(folder, 'client.mjs'), CLIENT)
  chmodSync(join(folder, 'client.mjs'), 0o755)
  const options = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' }
  const result = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], options)
  if (result.status !== 0) return `npm install failed: ${result.stderr}`
  return linkProgram(join(folder, 'client.mjs'), 'azure-key-vault-client')
}
