// go-readers KIND FILE prints what a Go library reads in a file, as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/docker/cli/pkg/kvfile"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/joho/godotenv"
	"github.com/magiconair/properties"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"gopkg.in/yaml.v3"
)

var readers = map[string]func(file string) (any, error){
	"compose":    readCompose,
	"godotenv":   func(file string) (any, error) { return godotenv.Read(file) },
	"docker":     readDocker,
	"hcl":        readHCL,
	"yaml":       readYAML,
	"toml":       readTOML,
	"properties": readProperties,
}

func main() {
	if len(os.Args) != 3 || readers[os.Args[1]] == nil {
		fail(fmt.Errorf("usage: go-readers KIND FILE"))
	}
	values, err := readers[os.Args[1]](os.Args[2])
	if err != nil {
		fail(err)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(values); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// What docker compose reads `env_file:` and `--env-file` with.
func readCompose(file string) (any, error) {
	return dotenv.GetEnvFromFile(map[string]string{}, []string{file})
}

// What docker reads `--env-file` with.
func readDocker(file string) (any, error) {
	pairs, err := kvfile.Parse(file, nil)
	values := map[string]string{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	return values, err
}

func readHCL(file string) (any, error) {
	parsed, diagnostics := hclparse.NewParser().ParseHCLFile(file)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	attributes, diagnostics := parsed.Body.JustAttributes()
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	values := map[string]json.RawMessage{}
	for name, attribute := range attributes {
		value, diagnostics := attribute.Expr.Value(nil)
		if diagnostics.HasErrors() {
			return nil, diagnostics
		}
		text, err := ctyjson.Marshal(value, value.Type())
		if err != nil {
			return nil, err
		}
		values[name] = text
	}
	return values, nil
}

func readYAML(file string) (any, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var values any
	err = yaml.Unmarshal(text, &values)
	return values, err
}

func readTOML(file string) (any, error) {
	values := map[string]any{}
	_, err := toml.DecodeFile(file, &values)
	return values, err
}

func readProperties(file string) (any, error) {
	loader := &properties.Loader{Encoding: properties.UTF8, DisableExpansion: true}
	read, err := loader.LoadFile(file)
	if err != nil {
		return nil, err
	}
	return read.Map(), nil
}
