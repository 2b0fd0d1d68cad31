/** How programs themselves print a text: it is in the variable V. */

/** What it is called, the program with its arguments, and how many bytes of its output are not the secret. */
export interface ProgramForm {
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
  readonly around: readonly [before: number, after: number]
}

const form = (name: string, command: ProgramForm['command'], around: ProgramForm['around'] = [0, 0]): ProgramForm => ({
  name,
  command,
  around,
})

const bash = (script: string): ProgramForm['command'] => ['bash', '--norc', '-c', script]
const python = (expression: string): ProgramForm['command'] => [
  'python3',
  '-c',
  `import os,sys,json,base64,html,shlex,urllib.parse as u;v=os.environ['V'];sys.stdout.write(${expression})`,
]
const ruby = (expression: string): ProgramForm['command'] => [
  'ruby',
  '-rjson',
  '-rshellwords',
  '-rcgi',
  '-ruri',
  '-Eutf-8',
  '-e',
  `v=ENV['V'];STDOUT.write(${expression})`,
]
const perl = (statement: string): ProgramForm['command'] => ['perl', '-MData::Dumper', '-e', statement]
const jq = (filter: string): ProgramForm['command'] => ['jq', '-nrj', `env.V|${filter}`]

export const PROGRAM_FORMS: readonly ProgramForm[] = [
  form('bash printf %q', bash('printf %q "$V"'), [2, 1]),
  form('bash @Q', bash('printf %s "${V@Q}"'), [2, 1]),
  form('bash declare -p', bash('declare -p V'), [14, 2]),
  form('bash set -x', bash('exec 2>&1; set -x; : "$V"'), [6, 1]),
  form('zsh set -x', ['zsh', '-f', '-c', 'exec 2>&1; set -x; : "$V"'], [12, 3]),
  form('dash export -p', ['dash', '-c', 'export -p | sed -n "/^export V=/,/^export/{/^export [^V]/d;p}"'], [10, 2]),
  form('fish string escape', ['fish', '--no-config', '-c', 'string escape -- "$V"'], [1, 2]),
  form('fish string escape, URL', ['fish', '--no-config', '-c', 'string escape --style=url -- "$V"'], [0, 1]),
  form('cat -v', bash('printf %s "$V" | cat -v')),
  form('sed l', bash('printf %s "$V" | sed -n l'), [0, 4]),
  form('xxd -p', bash('printf %s "$V" | xxd -p'), [0, 1]),
  form('base64', bash('printf %s "$V" | base64'), [0, 4]),
  form('openssl base64', bash('printf %s "$V" | openssl base64'), [0, 4]),
  form('iconv UTF-16', bash('printf %s "$V" | iconv -f utf-8 -t utf-16le')),
  form('jq @json', jq('@json'), [1, 1]),
  form('jq @sh', jq('@sh'), [1, 1]),
  form('jq @uri', jq('@uri')),
  form('jq @html', jq('@html')),
  form('jq @csv', jq('[.]|@csv'), [1, 1]),
  form('jq @tsv', jq('[.]|@tsv')),
  form('jq @base64', jq('@base64'), [0, 3]),
  form('Python repr', python('repr(v)'), [1, 1]),
  form('Python ascii', python('ascii(v)'), [1, 1]),
  form('Python bytes', python('repr(v.encode())'), [2, 1]),
  form('Python repr of repr', python('repr(repr(v))'), [3, 3]),
  form('Python json', python('json.dumps(v)'), [1, 1]),
  form('Python shlex', python('shlex.quote(v)'), [1, 1]),
  form('Python html', python('html.escape(v)')),
  form('Python URL', python('u.quote(v)')),
  form('Python form', python('u.urlencode({"k":v})'), [2, 0]),
  form('Python base64', python('base64.encodebytes(v.encode()).decode()'), [0, 4]),
  form('Python unicode_escape', python('v.encode("unicode_escape").decode()')),
  form('Ruby inspect', ruby('v.inspect'), [1, 1]),
  form('Ruby dump', ruby('v.dump'), [1, 1]),
  form('Ruby shellescape', ruby('v.shellescape')),
  form('Ruby CGI', ruby('CGI.escape(v)')),
  form('Ruby HTML', ruby('CGI.escapeHTML(v)')),
  form('Ruby JSON', ruby('JSON.generate([v])'), [2, 2]),
  form('Perl Dumper', perl('$Data::Dumper::Useqq=1; print Dumper($ENV{V})'), [9, 3]),
  form('Perl quotemeta', perl('print quotemeta($ENV{V})')),
  form('node util.inspect', ['node', '-e', 'process.stdout.write(require("util").inspect(process.env.V))'], [1, 1]),
  form('node querystring', ['node', '-e', 'process.stdout.write(require("querystring").escape(process.env.V))']),
  ...['%q', '%+q', '%x', '%X'].map((verb) => form(`Go ${verb}`, ['go', 'run', 'GO_PROGRAM', verb], [1, 1])),
  ...['json', 'xml', 'html', 'url', 'path'].map((way) => form(`Go ${way}`, ['go', 'run', 'GO_PROGRAM', way], [1, 1])),
]

/** What is run in the place of `GO_PROGRAM`. */
export const GO_PROGRAM = `package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"os"
)

func main() {
	v := os.Getenv("V")
	switch os.Args[1] {
	case "json":
		json.NewEncoder(os.Stdout).Encode(v)
	case "xml":
		xml.EscapeText(os.Stdout, []byte(v))
	case "html":
		fmt.Print(html.EscapeString(v))
	case "url":
		fmt.Print(url.QueryEscape(v))
	case "path":
		fmt.Print(url.PathEscape(v))
	default:
		fmt.Printf(os.Args[1], v)
	}
}
`
