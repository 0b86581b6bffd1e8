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
	files, size := 0, int64(0)
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return plain(err)
		}
		if strings.HasPrefix(d.Name(), ".") && path != folder {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		files++
		fmt.Fprintf(sum, "%q\n", strings.TrimPrefix(path, folder))
		n, err := hashContent(sum, path, maxFolder-size)
		size += n
		if files > maxFolderFiles {
			return fmt.Errorf("%s holds more than %d files", folder, maxFolderFiles)
		}
		return err
	})
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
