package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What a configuration may pull in. A folder named by mistake, such as /, is an
// error within a moment.
const (
	maxLogo        = 1 << 20
	maxFolder      = 8 << 20
	maxFolderFiles = 500
	maxFolderDepth = 8
)

// HashFiles computes FilesHash over the logos and the folders of templates and
// messages. Names with placeholders are left out: what they name is not known
// where the configuration is written.
func (c *Config) HashFiles() Problems {
	var problems Problems
	sum := sha256.New()
	used := false
	seen := map[string]bool{}
	c.eachPath(func(key string, p *string) {
		if *p == "" || hasPlaceholder(*p) || seen[*p] {
			return
		}
		seen[*p], used = true, true
		add := hashFile
		if p == &c.Pages.Templates || p == &c.Pages.Messages {
			add = hashFolder
		}
		fmt.Fprintf(sum, "%q\n", key)
		if err := add(sum, *p); err != nil {
			problems = append(problems, Problem{Key: key, Text: err.Error()})
		}
	})
	c.FilesHash = ""
	if used && len(problems) == 0 {
		c.FilesHash = hex.EncodeToString(sum.Sum(nil)[:16])
	}
	return problems
}

func hashFile(sum hash.Hash, path string) error {
	_, err := hashContent(sum, path, maxLogo)
	return err
}

// hashFolder takes in what is in the folder, by name; hidden files, as editors
// leave them, do not count.
func hashFolder(sum hash.Hash, folder string) error {
	info, err := os.Stat(folder)
	if err != nil {
		return plain(err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", folder)
	}
	return (&folderHash{sum: sum, root: folder}).take(folder, 0)
}

type folderHash struct {
	sum   hash.Hash
	root  string
	files int
	size  int64
}

// take follows links, as volumes of Kubernetes are made of them.
func (h *folderHash) take(folder string, depth int) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return plain(err)
	}
	if depth > maxFolderDepth {
		return fmt.Errorf("%s is more than %d folders deep, or a link to a folder around it", folder, maxFolderDepth)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(folder, e.Name())
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			if err := h.take(path, depth+1); err != nil {
				return err
			}
			continue
		}
		if h.files++; h.files > maxFolderFiles {
			return fmt.Errorf("%s holds more than %d files", h.root, maxFolderFiles)
		}
		fmt.Fprintf(h.sum, "%q\n", strings.TrimPrefix(path, h.root))
		n, err := hashContent(h.sum, path, maxFolder-h.size)
		h.size += n
		if err != nil {
			return err
		}
	}
	return nil
}

// hashContent takes in one regular file of at most limit bytes.
func hashContent(sum hash.Hash, path string, limit int64) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, plain(err)
	}
	if !info.Mode().IsRegular() {
		return 0, fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, plain(err)
	}
	defer f.Close()
	content := sha256.New()
	n, err := io.Copy(content, io.LimitReader(f, limit+1))
	if err != nil {
		return n, plain(err)
	}
	if n > limit {
		return n, fmt.Errorf("%s is too large", path)
	}
	sum.Write(content.Sum(nil))
	return n, nil
}

// plain leaves out the name of the system call.
func plain(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return fmt.Errorf("%s: %w", pe.Path, pe.Err)
	}
	return err
}
