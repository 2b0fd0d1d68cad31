/**
 * HashiCorp Vault, built from its Go module: it is in no registry as a program. Four minutes and 4 GB of Go's caches
 * the first time. What a development server never uses (joining a cluster in a cloud, unsealing by a cloud's key) is
 * replaced by stubs, which halves the build.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { linkProgram, peersFolder } from './peer-cache.js'

const HASHICORP = 'github.com/hashicorp'
// Later patches fit no published version of `vault/sdk`.
const VERSION = 'v1.21.2'
const SDK = 'v0.20.0'
const WRAPPING = 'v2.0.18'
const SEALS = ['alicloudkms', 'awskms', 'azurekeyvault', 'gcpckms', 'ocikms']

export const peer = { programs: ['vault'], slow: true, install }

function install() {
  const folder = join(peersFolder(), 'vault-source')
  mkdirSync(folder, { recursive: true })
  const download = go(folder, 'mod', 'download', '-json', `${HASHICORP}/vault@${VERSION}`)
  if (download.status !== 0)
    return `Vault cannot be downloaded: ${download.error === undefined ? download.stderr : 'Go is not installed'}`
  write(folder, 'main.go', mainFile())
  write(folder, 'go.mod', moduleFile())
  writeDiscovery(join(folder, 'stubs', 'go-discover'))
  const constants = sealConstants(JSON.parse(download.stdout).Dir)
  for (const seal of SEALS) writeSeal(join(folder, 'stubs', seal), seal, constants[seal] ?? [])
  const program = join(folder, 'vault')
  const flags = ['-mod=mod', '-tags', 'minimal', '-trimpath', '-ldflags', '-s -w', '-o', program, '.']
  const build = go(folder, 'build', ...flags)
  return build.status === 0 ? linkProgram(program, 'vault') : `Vault cannot be built: ${build.stderr}`
}

function go(folder, ...args) {
  const env = { ...process.env, CGO_ENABLED: '0' }
  return spawnSync('go', args, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1e8 })
}

function mainFile() {
  return `package main

import (
	"os"

	"${HASHICORP}/vault/command"
)

func main() { os.Exit(command.Run(os.Args[1:])) }
`
}

function moduleFile() {
  const discovery = ['go-discover', 'go-discover/provider/gce']
  return [
    'module localvault',
    'go 1.25.3',
    `require ${HASHICORP}/vault ${VERSION}`,
    `require ${HASHICORP}/vault/sdk ${SDK}`,
    // What Vault's own go.mod replaces, which nobody who depends on it inherits.
    'replace github.com/99designs/keyring => github.com/Jeffail/keyring v1.2.3',
    'replace github.com/ma314smith/signedxml v1.1.1 => github.com/moov-io/signedxml v1.1.1',
    ...discovery.map((module) => `replace ${HASHICORP}/${module} => ./stubs/${module}`),
    ...SEALS.map((seal) => `replace ${HASHICORP}/go-kms-wrapping/wrappers/${seal}/v2 => ./stubs/${seal}`),
    '',
  ].join('\n\n')
}

function writeDiscovery(folder) {
  write(folder, 'go.mod', `module ${HASHICORP}/go-discover\n\ngo 1.24\n`)
  write(join(folder, 'provider', 'gce'), 'go.mod', `module ${HASHICORP}/go-discover/provider/gce\n\ngo 1.24\n`)
  write(join(folder, 'provider', 'gce'), 'gce.go', 'package gce\n')
  write(
    folder,
    'discover.go',
    `package discover

import (
	"errors"
	"log"
)

type Config map[string]string
type Provider interface {
	Addrs(args map[string]string, l *log.Logger) ([]string, error)
	Help() string
}
type Discover struct{}
type Option func(*Discover) error

var Providers = map[string]Provider{}

func New(opts ...Option) (*Discover, error)                         { return &Discover{}, nil }
func WithProviders(m map[string]Provider) Option                    { return nil }
func (Config) String() string                                       { return "" }
func Parse(s string) (Config, error)                                { return nil, errors.New("stub") }
func (d *Discover) Addrs(s string, l *log.Logger) ([]string, error) { return nil, errors.New("stub") }
`,
  )
  write(
    join(folder, 'provider', 'k8s'),
    'k8s.go',
    `package k8s

import (
	"errors"
	"log"
)

type Provider struct{}

func (*Provider) Addrs(map[string]string, *log.Logger) ([]string, error) { return nil, errors.New("stub") }
func (*Provider) Help() string                                           { return "" }
`,
  )
}

/** The names that Vault uses of each seal's package, besides those of the stub. */
function sealConstants(source) {
  const names = Object.fromEntries(SEALS.map((seal) => [seal, new Set()]))
  const used = new RegExp(`\\b(${SEALS.join('|')})\\.([A-Z][A-Za-z]+)`, 'g')
  for (const folder of ['internalshared', 'command', 'vault', 'helper']) {
    for (const file of readdirSync(join(source, folder), { recursive: true })) {
      if (!file.endsWith('.go')) continue
      const text = readFileSync(join(source, folder, file), 'utf8')
      for (const [, seal, name] of text.matchAll(used)) names[seal].add(name)
    }
  }
  return Object.fromEntries(SEALS.map((seal) => [seal, [...names[seal]].filter(isConstant)]))
}

function isConstant(name) {
  return !/^NewWrapper$|^With|^Wrapper$/.test(name)
}

function writeSeal(folder, seal, constants) {
  const module = `${HASHICORP}/go-kms-wrapping`
  const requirement = `require ${module}/v2 ${WRAPPING}`
  write(folder, 'go.mod', `module ${module}/wrappers/${seal}/v2\n\ngo 1.24\n\n${requirement}\n`)
  write(
    folder,
    'seal.go',
    `package ${seal}

import wrapping "${module}/v2"

type Wrapper struct{ wrapping.Wrapper }

func NewWrapper() *Wrapper                     { return &Wrapper{} }
func WithDisallowEnvVars(bool) wrapping.Option { return nil }
func WithLogger(any) wrapping.Option           { return nil }

const (
${constants.map((name) => `\t${name} = "${name}"`).join('\n')}
)
`,
  )
}

function write(folder, name, text) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), text)
}
