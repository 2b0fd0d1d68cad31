/**
 * The API server of Kubernetes and its database, built from their Go modules: no registry has them as programs. Eight
 * minutes and 3 GB of Go's caches the first time.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { linkProgram, peersFolder } from './peer-cache.js'

const MODULE = 'k8s.io/kubernetes'
const MINOR = '33.13'
const PROGRAMS = { 'kube-apiserver': `${MODULE}/cmd/kube-apiserver`, etcd: 'go.etcd.io/etcd/server/v3' }

export const peer = { programs: Object.keys(PROGRAMS), slow: true, install }

function install() {
  const folder = join(peersFolder(), 'kubernetes')
  mkdirSync(folder, { recursive: true })
  const download = go(folder, 'mod', 'download', '-json', `${MODULE}@v1.${MINOR}`)
  if (download.status !== 0)
    return `Kubernetes cannot be downloaded: ${download.error === undefined ? download.stderr : 'Go is not installed'}`
  writeFileSync(join(folder, 'go.mod'), moduleFile(readFileSync(JSON.parse(download.stdout).GoMod, 'utf8')))
  for (const [program, path] of Object.entries(PROGRAMS)) {
    const file = join(folder, program)
    const build = go(folder, 'build', '-mod=mod', '-trimpath', '-ldflags', linkerFlags(), '-o', file, path)
    if (build.status !== 0) return `${program} cannot be built: ${build.stderr}`
    linkProgram(file, program)
  }
  return ''
}

function go(cwd, ...args) {
  const env = { ...process.env, CGO_ENABLED: '0' }
  return spawnSync('go', args, { cwd, env, encoding: 'utf8', maxBuffer: 1e8 })
}

/** A module that depends on Kubernetes, with the published twins of what lies in Kubernetes's own repository as `staging`. */
function moduleFile(kubernetes) {
  const staged = [...kubernetes.matchAll(/^\s*(\S+) => \.\/staging\//gm)].map(([, module]) => module)
  return [
    'module localkubernetes',
    'go 1.24.0',
    'godebug default=go1.24',
    `require ${MODULE} v1.${MINOR}`,
    ...staged.map((module) => `replace ${module} => ${module} v0.${MINOR}`),
    '',
  ].join('\n\n')
}

/** Else the server would say that it is version 0.0.0. */
function linkerFlags() {
  const version = `v1.${MINOR}`
  return [
    '-s -w',
    ...['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].map((at) => `-X ${at}.gitVersion=${version}`),
  ].join(' ')
}
