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

// The keys of conda.yaml, in the order in which they are written again.
type condaYaml struct {
	opening `yaml:",inline"`
	Listed  []listed `yaml:"dependencies"`
	ending  `yaml:",inline"`
}

type opening struct {
	Title   string   `yaml:"name,omitempty"`
	Sources []string `yaml:"channels"`
}

type ending struct {
	Folder  string   `yaml:"prefix,omitempty"`
	Scripts []string `yaml:"rccPostInstall,omitempty"`
}

// One entry of conda.yaml's dependencies: the text of a conda package, or a map whose list "pip"
// has the texts of others. All else is kept for the file that is written again.
type listed struct {
	value interface{}
}

func (entry *listed) UnmarshalYAML(read func(interface{}) error) error {
	return read(&entry.value)
}

func (entry listed) MarshalYAML() (interface{}, error) {
	return entry.value, nil
}

// The keys of package.yaml. It is only read, so their order is free.
type packageYaml struct {
	Scripts []string `yaml:"post-install"`
	Run     bySource `yaml:"dependencies"`
	Develop bySource `yaml:"dev-dependencies"`
}

type bySource struct {
	PyPI       []string `yaml:"pypi"`
	CondaForge []string `yaml:"conda-forge"`
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
	var read condaYaml
	if err := yaml.Unmarshal(content, &read); err != nil {
		return answer{}, err
	}
	found := answer{
		Name:        read.Title,
		Prefix:      read.Folder,
		Channels:    read.Sources,
		PostInstall: read.Scripts,
	}
	for _, entry := range read.Listed {
		found.add(entry)
	}
	written, err := yaml.Marshal(read)
	found.Written = string(written)
	return found, err
}

func (found *answer) add(entry listed) {
	switch value := entry.value.(type) {
	case string:
		found.Dependencies = append(found.Dependencies, value)
	case map[interface{}]interface{}:
		pip, _ := value["pip"].([]interface{})
		for _, requirement := range pip {
			if text, ok := requirement.(string); ok {
				found.Pip = append(found.Pip, text)
			}
		}
	}
}

func judgePackage(content []byte) (answer, error) {
	var read packageYaml
	err := yaml.Unmarshal(content, &read)
	return answer{
		Dependencies: read.Run.CondaForge,
		Pip:          read.Run.PyPI,
		PostInstall:  read.Scripts,
	}, err
}
