/** A committed project with three environments and a key for the runner of each, for tests that play pipelines. */
import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { canonicalText } from '../../src/core/scalar.ts'
import { openSecrets } from '../../src/index.ts'
import { generateIdentity } from '../../src/keys/age/generate.ts'
import { type GitSandbox, gitSandbox } from './git-sandbox.ts'
import { projectRoot } from './imports.ts'
import { secretsProgram } from './run-secrets.ts'
import type { TestContext } from './suite.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const ENVIRONMENTS = ['development', 'staging', 'production'] as const
export type EnvironmentName = (typeof ENVIRONMENTS)[number]

export interface PipelineProject extends GitSandbox {
  /** Of the runner of each environment: it opens that one alone. */
  readonly keys: Readonly<Record<EnvironmentName, string>>
  /** The value of `database.password`. */
  readonly passwords: Readonly<Record<EnvironmentName, string>>
  /** A folder with `npx` and `npm` that know this project alone, and reach no registry; for the beginning of PATH. */
  readonly programs: string
}

/**
 * With `files` beside secrets/ENVIRONMENT.yaml and a `deploy.sh` that prints the password, which a log must not show, and writes it to the file
 * that `SHOP_NOTES` names.
 */
export async function pipelineProject(
  context: Pick<TestContext, 'onCleanup'>,
  files: Readonly<Record<string, string>> = {},
): Promise<PipelineProject> {
  const identities = await Promise.all(ENVIRONMENTS.map(async () => generateIdentity({ postQuantum: false })))
  const recipients = identities.map(({ recipient }, index) => `  runner-${ENVIRONMENTS[index] ?? ''}: ${recipient}\n`)
  const environments = ENVIRONMENTS.map(
    (name) => `  ${name}: { files: secrets/${name}.yaml, recipients: [runner-${name}] }\n`,
  )
  const passwords = perEnvironment((name) => `pw%-${name}-4711 "x"`)
  const sandbox = await gitSandbox(context)
  for (const [path, content] of Object.entries({
    '.secretsrc': `version: 1\nrecipients:\n${recipients.join('')}environments:\n${environments.join('')}`,
    '.gitignore': 'node_modules\n',
    'package.json': '{ "name": "shop", "private": true }\n',
    'deploy.sh': DEPLOY,
    ...perPath((name) => `database:\n  user: shop\n  password: '${passwords[name]}'\n  port: 5432\n`),
    ...files,
  })) {
    sandbox.write(path, content)
  }
  chmodSync(join(sandbox.folder, 'deploy.sh'), 0o755)
  await openSecrets({ cwd: sandbox.folder, home: sandbox.folder, env: {} }).encryptFiles()
  await sandbox.git('add', '--all')
  await sandbox.commit('a shop')
  const texts = identities.map(({ identity }) => canonicalText(identity))
  const keys = perEnvironment((_, index) => texts[index] ?? '')
  return { ...sandbox, keys, passwords, programs: programFolder(context) }
}

/** Variables of a job: PATH with the project's programs and `more`. */
export function jobEnvironment(
  project: PipelineProject,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const path = [project.programs, project.env['PATH'] ?? ''].join(delimiter)
  return { ...project.env, CI: 'true', PATH: path, ...more }
}

const DEPLOY = `#!/bin/sh
set -eu
: "\${DATABASE_PASSWORD:?is not set}"
echo "deployed as $DATABASE_USER with $DATABASE_PASSWORD"
echo "deployed as $DATABASE_USER with $DATABASE_PASSWORD" >> "\${SHOP_NOTES:-/dev/null}"
`

/** `npm ci` installs this project, `npm test` runs a script of the shop. */
const NPM = `case $1 in
ci) mkdir -p node_modules && ln -sfn '${projectRoot}' node_modules/secretsrc;;
test) exec sh ./test.sh;;
esac`

function programFolder(context: Pick<TestContext, 'onCleanup'>): string {
  const folder = temporaryFolder(context)
  const secrets = `[ "$1" = --no-install ] && shift; shift; exec '${process.execPath}' '${secretsProgram()}' "$@"`
  for (const [name, line] of [
    ['npx', secrets],
    ['npm', NPM],
  ] as const) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  }
  return folder
}

function perEnvironment(of: (name: EnvironmentName, index: number) => string): Record<EnvironmentName, string> {
  const [development, staging, production] = [0, 1, 2].map((index) => of(ENVIRONMENTS[index] ?? 'staging', index))
  return { development: development ?? '', staging: staging ?? '', production: production ?? '' }
}

function perPath(of: (name: EnvironmentName) => string): Record<string, string> {
  return Object.fromEntries(ENVIRONMENTS.map((name) => [`secrets/${name}.yaml`, of(name)]))
}
