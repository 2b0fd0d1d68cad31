// Decrypts standard input with sops's Go library and prints the plain content, in the two ways that programs built
// on the library do it:
//
//	sops-library data FORMAT     decrypt.Data, as Terraform's provider and most others
//	sops-library flux FORMAT     the steps of Flux's kustomize-controller: load, data key, decrypt, MAC, emit
//	sops-library edit FORMAT     the steps of a program that writes: the same, then encrypts the tree again
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/getsops/sops/v3"
	"github.com/getsops/sops/v3/aes"
	"github.com/getsops/sops/v3/cmd/sops/common"
	"github.com/getsops/sops/v3/cmd/sops/formats"
	"github.com/getsops/sops/v3/config"
	"github.com/getsops/sops/v3/decrypt"
	"github.com/getsops/sops/v3/keyservice"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sops-library data|flux|edit FORMAT")
		os.Exit(64)
	}
	out, err := run(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(out)
}

func run(mode, format string) ([]byte, error) {
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		return nil, err
	}
	if mode == "data" {
		return decrypt.Data(data, format)
	}
	return steps(data, formats.FormatFromString(format), mode == "edit")
}

func steps(data []byte, format formats.Format, again bool) ([]byte, error) {
	store := common.StoreForFormat(format, config.NewStoresConfig())
	tree, err := store.LoadEncryptedFile(data)
	if err != nil {
		return nil, err
	}
	services := []keyservice.KeyServiceClient{keyservice.NewLocalClient()}
	key, err := tree.Metadata.GetDataKeyWithKeyServices(services, sops.DefaultDecryptionOrder)
	if err != nil {
		return nil, err
	}
	cipher := aes.NewCipher()
	mac, err := tree.Decrypt(key, cipher)
	if err != nil {
		return nil, err
	}
	stamp := tree.Metadata.LastModified.Format(time.RFC3339)
	stored, err := cipher.Decrypt(tree.Metadata.MessageAuthenticationCode, key, stamp)
	if err != nil {
		return nil, err
	}
	if stored != mac {
		return nil, errors.New("the MAC does not match")
	}
	if !again {
		return store.EmitPlainFile(tree.Branches)
	}
	err = common.EncryptTree(common.EncryptTreeOpts{DataKey: key, Tree: &tree, Cipher: cipher})
	if err != nil {
		return nil, err
	}
	return store.EmitEncryptedFile(tree)
}
