/**
 * A deploy script that asks for the secrets it needs by name, with the key of the machine that it runs on:
 *
 *   SECRETS_AGE_KEY=AGE-SECRET-KEY-1… node deploy.js staging
 *
 * The values stay in this process: no file, no argument and no variable of another program ever holds them.
 */
import { createHmac } from 'node:crypto'
import { isSecretsError, openSecrets } from 'secretsrc'

const environment = process.argv[2] ?? 'staging'

try {
  const secrets = openSecrets({ env: process.env })
  const [token, database] = await Promise.all([
    secrets.getText(environment, 'deploy.token'),
    secrets.get(environment, 'database'),
  ])
  const release = { environment, at: new Date().toISOString() }
  // A real script would send this to the machine that deploys, which knows the token too.
  const signature = createHmac('sha256', token).update(JSON.stringify(release)).digest('hex')
  console.log(`deploying to ${environment} as ${database.user}, port ${database.port}`)
  console.log(`signature of ${signature.length} characters`)
} catch (error) {
  if (!isSecretsError(error)) throw error
  // Neither the message nor the hint ever holds a value.
  console.error(`${error.code}: ${error.message}`)
  if (error.hint !== undefined) console.error(error.hint)
  process.exitCode = 1
}
