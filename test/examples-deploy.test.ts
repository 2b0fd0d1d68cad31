/** The ways to deploy of the examples, played with the keys of two runners. What is not installed everywhere has a stand-in. */
// parts: 2

import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { type ExampleProject, exampleProject, type StandInCall } from './support/example-project.ts'
import { filesBelow, readProjectFile } from './support/imports.ts'
import type { ProgramResult } from './support/run-program.ts'
import { suite, type TestContext } from './support/suite.ts'

/** What its job starts, and what these programs must have been given for staging. */
interface Example {
  readonly standIns: readonly string[]
  readonly deployed: (calls: readonly StandInCall[], result: ProgramResult) => void
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  'node-service': {
    standIns: ['rsync', 'ssh'],
    deployed(calls, { stdout }) {
      assert.match(stdout, /^all 2 settings are there$/m)
      assert.match(calls[0]?.line ?? '', /^rsync .*deploy@shop\.staging\.example:/)
      assert.is(calls[1]?.line, 'ssh deploy@shop.staging.example sudo systemctl restart shop')
    },
  },
  'docker-compose': {
    standIns: ['docker'],
    deployed(calls) {
      assert.is(calls[0]?.line, 'docker compose up --detach --wait')
      assert.is(calls[0]?.env.get('DATABASE_PASSWORD'), 'example-staging-password')
      assert.is(calls[0]?.env.get('TLS_KEY'), '-----BEGIN PRIVATE KEY-----')
    },
  },
  kubernetes: {
    standIns: ['kubectl'],
    deployed([secret, rest]) {
      assert.is(secret?.line, 'kubectl apply --server-side --filename -')
      const manifest = parse(secret?.stdin ?? '')
      assert.is(manifest.metadata.namespace, 'shop-staging')
      assert.is(decoded(manifest.data.DATABASE_PASSWORD), 'example-staging-password')
      assert.is(decoded(manifest.data.SESSION_SECRET), 'example-staging-session-secret')
      assert.is(rest?.line, 'kubectl apply --server-side --kustomize overlays/staging')
    },
  },
  helm: {
    standIns: ['helm'],
    deployed([call]) {
      assert.is(call?.line, 'helm upgrade --install --namespace shop-staging shop chart --values -')
      const { database, hooks } = parse(call?.stdin ?? '')
      assert.equal(database, { user: 'shop', password: 'example-staging-password' })
      assert.is(hooks[1].key, 'example-staging-hook-2')
    },
  },
  terraform: {
    standIns: ['terraform'],
    deployed([init, apply]) {
      assert.is(init?.line, 'terraform init -input=false')
      assert.match(apply?.line ?? '', /^terraform apply .*-var environment=staging -var-file=\/dev\/stdin$/)
      assert.is(
        apply?.stdin,
        'database = {\n  "host" = "db.staging.example"\n  "port" = 5432\n  "password" = "example-staging-password-$${x}"\n}\n',
      )
    },
  },
  ansible: {
    standIns: ['ansible-playbook'],
    deployed([call]) {
      assert.is(call?.line, 'ansible-playbook --inventory inventory/staging.yml playbook.yml')
      assert.is(call?.env.get('MAIL_TOKEN'), 'example-staging-mail-token')
    },
  },
  'static-site': {
    standIns: ['curl'],
    deployed([upload], { stdout }) {
      assert.match(stdout, /^built 1 pages$/m)
      assert.match(upload?.line ?? '', /^curl --config - /)
      assert.is(upload?.stdin, 'header = "Authorization: Bearer example-staging-upload-token"\n')
      assert.is(upload?.env.has('CONTENT_TOKEN'), false)
    },
  },
}
const NAMES = Object.keys(EXAMPLES)

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}

async function project(name: string, context: TestContext): Promise<ExampleProject> {
  return exampleProject(name, EXAMPLES[name]?.standIns ?? [], context)
}

/** A content service: it answers who has a token. Gives its address. */
async function contentService(text: string, context: TestContext): Promise<string> {
  const server = createServer((request, answer) => {
    const isKnown = /^Bearer example-(staging|production)-content-token$/.test(request.headers.authorization ?? '')
    answer.statusCode = isKnown ? 200 : 403
    answer.end(JSON.stringify([{ name: 'index', title: 'Shop', text }]))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  context.onCleanup(
    async () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const address = server.address()
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}/` : ''
}

async function variablesOf(name: string, context: TestContext): Promise<Record<string, string>> {
  return name === 'static-site' ? { CONTENT_URL: await contentService('hello', context) } : {}
}

suite('ways to deploy', (test) => {
  for (const [name, { deployed }] of Object.entries(EXAMPLES)) {
    test(`${name}: the runner of staging deploys staging, and leaves nothing in clear`, async (context) => {
      const example = await project(name, context)
      const variables = await variablesOf(name, context)
      const result = await example.play('staging', { key: 'runner-staging', variables })
      assert.is(result.status, 0, result.stderr)
      deployed(example.calls(), result)
      assert.not.match(result.stdout + result.stderr, /example-(staging|production)-/)
      for (const { line, env } of example.calls()) {
        assert.not.match(line, /example-staging-/)
        assert.not.ok(
          [...env.values()].some((value) => value.includes('AGE-SECRET-KEY')),
          `${line} got the key`,
        )
      }
      for (const text of ['example-staging-', 'example-production-']) assert.equal(example.filesWith(text), [])
      assert.equal((await example.git('status', '--porcelain', '--', 'secrets')).stdout, '')
    }, 120)

    test(`${name}: a job deploys with the key of its own runner alone, and starts nothing with another`, async (context) => {
      const example = await project(name, context)
      const variables = await variablesOf(name, context)
      for (const [environment, key] of [
        ['production', 'runner-staging'],
        ['staging', 'runner-production'],
        ['production', undefined],
      ] as const) {
        const refused = await example.play(environment, { variables, ...(key === undefined ? {} : { key }) })
        assert.is(refused.status, 128, refused.stderr)
        assert.match(refused.stderr, `runner-${environment}`)
        assert.not.match(refused.stdout + refused.stderr, /AGE-SECRET-KEY|example-/)
      }
      assert.equal(example.calls(), [])
      const own = await example.play('production', { variables, key: 'runner-production' })
      assert.is(own.status, 0, own.stderr)
      assert.ok(example.calls().length > 0)
    }, 120)

    test(`${name}: the check needs no key, and fails for a file in clear`, async (context) => {
      const example = await project(name, context)
      const check = await example.play('check', {})
      assert.is(check.status, 0, check.stdout + check.stderr)
      const file = readdirSync(join(example.folder, 'secrets')).find((entry) => entry.startsWith('staging')) ?? ''
      example.write(join('secrets', file), readProjectFile(`examples/${name}/secrets/${file}`))
      await example.git('add', '--all')
      assert.is((await example.play('check', {})).status, 1)
    }, 120)
  }

  test('node-service: the service starts with its settings, and without the key', async (context) => {
    const example = await project('node-service', context)
    const script = `npx secrets run staging -- node server.js > started &
      until grep -s port started; do kill -0 $!; sleep 0.1; done
      kill $!; wait $! || true`
    const { status, stdout, stderr } = await example.play('staging', {
      key: 'host-staging',
      script,
      variables: { PORT: '0' },
    })
    assert.is(status, 0, stderr)
    assert.match(stdout, /^listening on port \d+$/m)
    const short = await example.play('staging', { script: 'node server.js --check', variables: { DATABASE_URL: 'x' } })
    assert.is(short.status, 1)
    assert.match(short.stderr, /^not set: SESSION_SECRET$/m)
  }, 120)

  test('docker-compose: a swarm gets a secret for each value, through a folder in memory', async (context) => {
    if (process.platform !== 'linux') context.skip('the folder in memory is one of Linux')
    const example = await project('docker-compose', context)
    const script =
      'before=$(ls /dev/shm | grep ^shop || true); ./swarm.sh staging 7; [ "$before" = "$(ls /dev/shm | grep ^shop || true)" ]'
    const { status, stderr } = await example.play('staging', { key: 'runner-staging', script })
    assert.is(status, 0, stderr)
    const given = example.calls().map(({ line, stdin }) => [line, stdin])
    assert.equal(given, [
      ['docker secret create database_password_7 -', 'example-staging-password'],
      [
        'docker secret create tls_key_7 -',
        '-----BEGIN PRIVATE KEY-----\nexample-staging-key, none at all\n-----END PRIVATE KEY-----\n',
      ],
    ])
    assert.equal(example.filesWith('example-staging-'), [])
    const refused = await example.play('staging', { key: 'runner-staging', script: './swarm.sh production 7' })
    assert.is(refused.status, 128)
    assert.is(example.calls().length, 2)
  }, 120)

  test('static-site: a value in the pages stops the pipeline before the upload', async (context) => {
    const example = await project('static-site', context)
    const text = Buffer.from('see example-staging-upload-token').toString('base64')
    const variables = { CONTENT_URL: await contentService(text, context) }
    const { status, stderr } = await example.play('staging', { key: 'runner-staging', variables })
    assert.is(status, 1)
    assert.match(stderr, /masked: .*UPLOAD_TOKEN/)
    assert.equal(example.calls(), [])
  }, 120)

  test('each has a short page, and stands in the list', () => {
    const list = readProjectFile('examples/README.md')
    for (const name of NAMES) {
      assert.ok(list.includes(`(${name}/README.md)`), name)
      const page = readProjectFile(`examples/${name}/README.md`)
      assert.ok(page.split('\n').length <= 40, name)
      const files = filesBelow(`examples/${name}`, '').map((file) => file.split('/')[2] ?? '')
      for (const file of new Set(files)) if (file !== 'README.md') assert.ok(page.includes(file), `${name}: ${file}`)
    }
  })

  test('workflows pin their actions, and give the key to one step of jobs with an environment', () => {
    const files = NAMES.flatMap((name) => filesBelow(`examples/${name}`, '.yml'))
    const workflows = files.filter((file) => file.includes('/workflows/'))
    assert.is(workflows.length, 4)
    for (const file of workflows) {
      const text = readProjectFile(file)
      for (const [line] of text.matchAll(/uses: .*/g)) assert.match(line, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
      const { permissions, jobs } = parse(text)
      assert.equal(permissions, {})
      for (const [name, job] of Object.entries<{ environment?: string; env?: object; steps: readonly object[] }>(
        jobs,
      )) {
        assert.is(job.environment, name === 'check' ? undefined : name)
        const holders = job.steps.filter((step) => JSON.stringify(step).includes('SECRETS_AGE_KEY'))
        assert.is(holders.length, name === 'check' ? 0 : 1)
        assert.is(job.env, undefined)
      }
    }
  })

  test('no secret key stands in any of them', () => {
    for (const file of NAMES.flatMap((name) => filesBelow(`examples/${name}`, ''))) {
      assert.not.match(readProjectFile(file), /AGE-SECRET-KEY-1/)
    }
  })
})
