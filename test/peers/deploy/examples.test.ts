/** The ways to deploy of the examples, with the programs themselves: what they make of the values that a job hands them. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { type ExampleProject, exampleProject } from '../../support/example-project.ts'
import { filesBelow, projectRoot } from '../../support/imports.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer, peer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { kubernetesServer } from '../support/kubernetes-server.ts'

const FOLDERS = ['node-service', 'docker-compose', 'kubernetes', 'helm', 'terraform', 'ansible', 'static-site']

/** Runs a program in the folder of an example, with the key of `name`. */
async function run(
  command: readonly string[],
  { example, key, stdin }: { readonly example: ExampleProject; readonly key?: string; readonly stdin?: string },
): Promise<string> {
  const [program = '', ...args] = command
  const secret = key === undefined ? {} : { SOPS_AGE_KEY: example.keys.get(key) ?? '' }
  const result = await runProgram(program, args, {
    cwd: example.folder,
    env: { ...example.env, ...secret },
    ...(stdin === undefined ? {} : { stdin }),
  })
  assert.is(result.status, 0, `${command.join(' ')}: ${result.stderr}`)
  return result.stdout
}

function assertClean({ status, stdout, stderr }: ProgramResult, example: ExampleProject): void {
  assert.is(status, 0, stdout + stderr)
  assert.not.match(stdout + stderr, /example-(staging|production)-/)
  for (const text of ['example-staging-', 'example-production-']) assert.equal(example.filesWith(text), [])
}

/** A program of the machine, which no registry has. */
function installed(program: string, context: TestContext): string {
  const found = peer(program)
  return 'path' in found ? found.path : context.skip(found.reason)
}

suite('ways to deploy, with the programs themselves', (test) => {
  test('kubernetes: the job applies a Secret and what needs it', async (context) => {
    installed('kubectl', context)
    const server = await kubernetesServer(context)
    await server.ask({
      method: 'POST',
      path: '/api/v1/namespaces',
      type: 'application/json',
      body: '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop-staging"}}',
    })
    const example = await exampleProject('kubernetes', [], context)
    const variables = { KUBECONFIG: server.kubeconfig }
    const deployed = await example.play('staging', { key: 'runner-staging', variables })
    assertClean(deployed, example)
    assert.match(deployed.stdout, /^secret\/shop serverside-applied$/m)
    assert.match(deployed.stdout, /^deployment\.apps\/shop serverside-applied$/m)
    const { body } = await server.ask({ method: 'GET', path: '/api/v1/namespaces/shop-staging/secrets/shop' })
    assert.equal(JSON.parse(body).data, {
      DATABASE_PASSWORD: Buffer.from('example-staging-password').toString('base64'),
      SESSION_SECRET: Buffer.from('example-staging-session-secret').toString('base64'),
    })
    assert.is((await example.play('production', { key: 'runner-staging', variables })).status, 128)
  }, 300)

  test('kubernetes: what Flux does with the other files gives the same', async (context) => {
    const [kustomize, library] = [needPeer('kustomize', context), needPeer('sops-library', context)]
    const sops = needPeer('sops', context)
    const example = await exampleProject('kubernetes', [], context)
    const flux = parse(example.read('clusters/staging/shop.yaml'))
    assert.equal(flux.spec.decryption.provider, 'sops')
    const built = await run([kustomize, 'build', flux.spec.path], { example })
    const [deployment = '', secret = ''] = built.split(/^---$/m).sort()
    assert.match(deployment, /kind: Deployment/)
    assert.match(secret, /DATABASE_PASSWORD: ENC\[/)
    // Kustomize puts keys in its own order, so that Flux checks no MAC of what it built (`checkSopsMac` in its decryptor).
    example.write('built/secret.yaml', secret)
    const decrypt = [sops, 'decrypt', '--ignore-mac', 'built/secret.yaml']
    const values = { DATABASE_PASSWORD: 'example-staging-password', SESSION_SECRET: 'example-staging-session-secret' }
    const plain = parse(await run(decrypt, { example, key: 'cluster-staging' }))
    assert.equal([plain.stringData, plain.metadata.namespace, plain.sops], [values, 'shop-staging', undefined])
    const stdin = example.read('flux/staging/shop.secret.yaml')
    const checked = parse(await run([library, 'flux', 'yaml'], { example, key: 'cluster-staging', stdin }))
    assert.equal(checked.stringData, values)
    for (const other of ['runner-staging', 'cluster-production']) {
      const env = { ...example.env, SOPS_AGE_KEY: example.keys.get(other) ?? '' }
      assert.is((await runProgram(library, ['flux', 'yaml'], { cwd: example.folder, env, stdin })).status, 1, other)
    }
  }, 180)

  test('helm: the chart gets the values, and fails without them', async (context) => {
    const helm = needPeer('helm', context)
    const example = await exampleProject('helm', [], context)
    // A cluster is asked for nothing: what would be installed is printed to where the test looks.
    const folder = temporaryFolder(context)
    const script = `helm() { shift 4; '${helm}' template "$@" > '${folder}/rendered'; }; set -- staging; . ./deploy.sh`
    const deployed = await example.play('staging', { key: 'runner-staging', script })
    assertClean(deployed, example)
    const rendered = readFileSync(join(folder, 'rendered'), 'utf8').split(/^---$/m)
    const secret = parse(rendered.find((text) => text.includes('kind: Secret')) ?? '')
    assert.is(Buffer.from(secret.data.DATABASE_PASSWORD, 'base64').toString(), 'example-staging-password')
    assert.is(JSON.parse(Buffer.from(secret.data.HOOKS, 'base64').toString())[1].key, 'example-staging-hook-2')
    const empty = await runProgram(helm, ['template', 'shop', 'chart', '--values', '-'], {
      cwd: example.folder,
      env: { ...example.env },
      stdin: '',
    })
    assert.is.not(empty.status, 0)
  }, 180)

  test('terraform: the variables arrive, and the state holds no secret', async (context) => {
    installed('terraform', context)
    const example = await exampleProject('terraform', [], context)
    const deployed = await example.play('staging', { key: 'runner-staging' })
    assertClean(deployed, example)
    const state = JSON.parse(example.read('terraform.tfstate'))
    assert.equal(state.outputs.database.value, {
      environment: 'staging',
      address: 'db.staging.example:5432',
      // With the `${x}` at its end, which is no template.
      characters: 'example-staging-password-${x}'.length,
    })
    assert.is((await example.play('production', { key: 'runner-staging' })).status, 128)
    assert.match(example.read('terraform.tfstate'), /db\.staging\.example/)
  }, 180)

  test('ansible: the playbook writes the settings, and shows none of them', async (context) => {
    const program = needPeer('ansible-playbook', context)
    const example = await exampleProject('ansible', [], context)
    const folder = temporaryFolder(context)
    const host = {
      ansible_connection: 'local',
      ansible_python_interpreter: '{{ ansible_playbook_python }}',
      ansible_remote_tmp: folder,
      shop_folder: folder,
    }
    const inventory = { all: { hosts: { localhost: host } } }
    // JSON is YAML.
    for (const name of ['staging', 'production']) {
      writeFileSync(join(example.folder, 'inventory', `${name}.yml`), JSON.stringify(inventory))
    }
    const given = { variables: { ANSIBLE_LOCAL_TEMP: folder }, folders: [dirname(program)] }
    const script =
      'npx secrets run staging -- ansible-playbook --diff -vvv --inventory inventory/staging.yml playbook.yml'
    assert.match(
      script.replace('--diff -vvv ', ''),
      example.read('.gitlab-ci.yml').match(/npx secrets run staging.*/)?.[0] ?? 'nothing',
    )
    const deployed = await example.play('staging', { key: 'runner-staging', script, ...given })
    assertClean(deployed, example)
    const file = join(folder, 'shop.env')
    assert.is(
      readFileSync(file, 'utf8'),
      'DATABASE_PASSWORD=example-staging-password\nMAIL_TOKEN=example-staging-mail-token\n',
    )
    assert.is(statSync(file).mode & 0o777, 0o600)
    const bare = await example.play('staging', { script: script.replace('npx secrets run staging -- ', ''), ...given })
    assert.is.not(bare.status, 0, 'without its values it changes nothing')
  }, 240)

  test('their pipeline files and manifests have the forms that their readers know', async (context) => {
    const [lint, check, kustomize] = ['actionlint', 'check-jsonschema', 'kustomize'].map((name) =>
      needPeer(name, context),
    )
    const files = FOLDERS.flatMap((name) =>
      filesBelow(`examples/${name}`, '.yml').concat(filesBelow(`examples/${name}`, '.yaml')),
    )
    const cwd = temporaryFolder(context)
    const judge = async (program: string | undefined, ...args: readonly string[]): Promise<void> => {
      const { status, stdout, stderr } = await runProgram(program ?? '', args, { cwd, env: isolatedEnvironment(cwd) })
      assert.is(status, 0, stdout + stderr)
    }
    const named = (pattern: RegExp): readonly string[] =>
      files.filter((file) => pattern.test(file)).map((file) => join(projectRoot, file))
    const [workflows, pipelines] = [named(/\/workflows\//), named(/\.gitlab-ci\.yml$/)]
    assert.is(workflows.length + pipelines.length, FOLDERS.length)
    await judge(lint, '-shellcheck=', '-pyflakes=', ...workflows)
    await judge(check, '--builtin-schema', 'vendor.gitlab-ci', '--data-transform', 'gitlab-ci', ...pipelines)
    await judge(check, '--builtin-schema', 'vendor.compose-spec', ...named(/compose\.yaml$/))
    for (const environment of readdirSync(join(projectRoot, 'examples', 'kubernetes', 'overlays'))) {
      await judge(kustomize, 'build', join(projectRoot, 'examples', 'kubernetes', 'overlays', environment))
    }
  }, 180)
})
