// Says what gopkg.in/yaml.v2 makes of environment files. On standard input stand requests, each a
// line of JSON; on standard output an answer to each, likewise.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"gopkg.in/yaml.v2"
)

// What is asked: the bytes of a file, in Base64, and how they are to be read.
type request struct {
	Kind    string
	Content []byte
}

// What a file holds, or why it holds nothing.
type answer struct {
	Error        string
	Name         string
	Prefix       string
	Channels     []string
	Dependencies []string
	Pip          []string
	PostInstall  []string
	// The file written again.
	Written string
}

type condaFile struct {
	Name         string        `yaml:"name,omitempty"`
	Channels     []string      `yaml:"channels"`
	Dependencies []interface{} `yaml:"dependencies"`
	Prefix       string        `yaml:"prefix,omitempty"`
	PostInstall  []string      `yaml:"rccPostInstall,omitempty"`
}

type packageLists struct {
	Conda []string `yaml:"conda-forge,omitempty"`
	Pip   []string `yaml:"pypi,omitempty"`
}

type packageFile struct {
	Dependencies    *packageLists `yaml:"dependencies"`
	DevDependencies *packageLists `yaml:"dev-dependencies"`
	PostInstall     []string      `yaml:"post-install,omitempty"`
}

func main() {
	requests := json.NewDecoder(bufio.NewReader(os.Stdin))
	output := bufio.NewWriter(os.Stdout)
	answers := json.NewEncoder(output)
	for requests.More() {
		var asked request
		if err := requests.Decode(&asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		answers.Encode(judge(asked))
	}
	output.Flush()
}

// What makes the reader panic is refused by whoever uses it, too.
func judge(asked request) (found answer) {
	defer func() {
		if reason := recover(); reason != nil {
			found = answer{Error: fmt.Sprint("panic: ", reason)}
		}
	}()
	var err error
	if asked.Kind == "package" {
		found, err = judgePackage(asked.Content)
	} else {
		found, err = judgeConda(asked.Content)
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	return found
}

func judgeConda(content []byte) (answer, error) {
	var file condaFile
	if err := yaml.Unmarshal(content, &file); err != nil {
		return answer{}, err
	}
	found := answer{
		Name:        file.Name,
		Prefix:      file.Prefix,
		Channels:    file.Channels,
		PostInstall: file.PostInstall,
	}
	for _, entry := range file.Dependencies {
		switch value := entry.(type) {
		case string:
			found.Dependencies = append(found.Dependencies, value)
		case map[interface{}]interface{}:
			list, _ := value["pip"].([]interface{})
			found.Pip = append(found.Pip, textsOf(list)...)
		}
	}
	written, err := yaml.Marshal(file)
	found.Written = string(written)
	return found, err
}

func textsOf(list []interface{}) (texts []string) {
	for _, entry := range list {
		if text, ok := entry.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

func judgePackage(content []byte) (answer, error) {
	var file packageFile
	if err := yaml.Unmarshal(content, &file); err != nil {
		return answer{}, err
	}
	found := answer{PostInstall: file.PostInstall}
	if file.Dependencies != nil {
		found.Dependencies = file.Dependencies.Conda
		found.Pip = file.Dependencies.Pip
	}
	return found, nil
}
