/**
 * Checks the secret files, then lets `secrets ci` mask the values and hand them over. Inputs come by the environment and go on
 * as arguments of a program: no shell ever reads one. Nothing is installed: the version is that of your lock file.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findSecrets } from './find-secrets.mjs'
import { identityToken } from './identity-token.mjs'
import { ciArguments, input, isTrue, withoutInputs } from './inputs.mjs'

process.exitCode = await main(process.env)

async function main(env) {
  try {
    // Before anything else can print it.
    const key = masked(input(env, 'age-key'))
    const args = ciArguments(env)
    const cwd = join(env.GITHUB_WORKSPACE ?? process.cwd(), input(env, 'working-directory'))
    const secrets = findSecrets(cwd, env)
    const childEnv = withoutInputs(env)
    if (isTrue(env, 'check')) {
      const status = run(secrets, ['check', '--no-keys', '--format', 'github'], { cwd, env: childEnv })
      if (status !== 0) return status
    }
    const keys = { ...(key === '' ? {} : { SECRETS_AGE_KEY: key }), ...(await vaultToken(env)) }
    return run(secrets, ['ci', ...args], { cwd, env: { ...childEnv, ...keys } })
  } catch (error) {
    console.log(`::error title=secrets::${escaped(error.message)}`)
    return 1
  }
}

/** The token of the job for Vault, for the one child that needs it. */
async function vaultToken(env) {
  const audience = input(env, 'vault-audience')
  return audience === '' ? {} : { VAULT_JWT: masked(await identityToken(audience, env)) }
}

function masked(value) {
  for (const line of value.split(/\r?\n/).filter((text) => !/^\s*(?:#|$)/.test(text))) {
    console.log(`::add-mask::${escaped(line.trim())}`)
  }
  return value
}

/** As the runner reads data of a command: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
function escaped(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function run([program, ...before], args, { cwd, env }) {
  const { status, error } = spawnSync(program, [...before, ...args], { cwd, env, stdio: 'inherit' })
  if (error !== undefined) throw error
  return status ?? 1
}
