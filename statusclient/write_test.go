package statusclient

import (
	"strings"
	"testing"
)

const writeHome = "http://status.example.edu"

func cachetWriting(version string) writing {
	w := writing{
		cfg:    BackendConfig{Type: "cachet", URL: writeHome, Token: fakeToken, WriteToken: fakeWriteToken},
		portal: "Portal", mail: "Mail",
		fresh: func() writableFake { return newFakeCachet2(version) },
	}
	const bad = "Portal=major_outage; Mail=degraded; "
	w.life = [6]string{
		"Portal=major_outage; Portal down investigating major [4] 1 We look into it.",
		"Portal=major_outage; Portal down identified major [4] 2 A disk is full.",
		bad + "Portal down identified major [4] 2 A disk is full.",
		"Portal=degraded; Mail=degraded; Portal down monitoring minor [4] 3 Freed.",
		"Mail=degraded",
	}
	if version == "3" || version == "3 of 2025" {
		w.life[3] = bad + "Portal down monitoring major [4] 3 Freed." // as bad as it was opened
		w.fresh = func() writableFake {
			f := newFakeCachet3()
			f.old = version != "3"
			return f
		}
	}
	return w
}

func TestCachet23IsWritten(t *testing.T) {
	w := cachetWriting("2.3")
	w.replaces = true
	for i := range w.life {
		w.life[i] = strings.NewReplacer("[4] 2", "[4] 1", "[4] 3", "[4] 1").Replace(w.life[i])
	}
	conformWriter(t, w)
}

func TestCachet24IsWritten(t *testing.T) { conformWriter(t, cachetWriting("2.4")) }

func TestCachet3IsWritten(t *testing.T) { conformWriter(t, cachetWriting("3")) }

func TestCachet3WithoutMetadataIsWritten(t *testing.T) { conformWriter(t, cachetWriting("3 of 2025")) }

func statuspageWriting() writing {
	return writing{
		cfg:    BackendConfig{Type: "statuspage", URL: writeHome, WriteToken: fakeWriteToken, PageID: fakePageID},
		fresh:  func() writableFake { return newFakeStatuspage() },
		portal: "portal", mail: "mail",
		life: [6]string{
			"portal=major_outage; Portal down investigating major [c-portal] 1 We look into it.",
			"portal=major_outage; Portal down identified major [c-portal] 2 A disk is full.",
			"portal=major_outage; mail=degraded; Portal down identified major [c-portal] 2 A disk is full.",
			"portal=degraded; mail=degraded; Portal down monitoring major [c-portal] 3 Freed.",
			"mail=degraded",
		},
	}
}

func TestStatuspageIsWritten(t *testing.T) { conformWriter(t, statuspageWriting()) }

func staytusWriting() writing {
	return writing{
		cfg: BackendConfig{
			Type: "staytus", URL: writeHome, Token: fakeToken, Secret: fakeSecret, WriteToken: fakeWriteToken, WriteSecret: fakeWriteSecret,
		},
		fresh:  func() writableFake { return &fakeStaytus{level: "operational", mail: "operational"} },
		portal: "Portal", mail: "Mail",
		life: [6]string{ // what an issue is about is not told
			"Portal=major_outage; Portal down investigating critical [] 1 We look into it.",
			"Portal=major_outage; Portal down identified critical [] 2 A disk is full.",
			"Portal=major_outage; Mail=degraded; Portal down identified critical [] 2 A disk is full.",
			"Portal=degraded; Mail=degraded; Portal down monitoring critical [] 3 Freed.",
			"Mail=degraded",
		},
	}
}

func TestStaytusIsWritten(t *testing.T) { conformWriter(t, staytusWriting()) }

func sorryWriting() writing {
	return writing{
		cfg:    BackendConfig{Type: "sorry", URL: writeHome, WriteToken: fakeWriteToken, PageID: fakePageID},
		fresh:  func() writableFake { return new(fakeSorry) },
		portal: "Portal", mail: "Mail",
		life: [6]string{ // components are what notices make of them
			"Portal=degraded; Portal down investigating minor [1] 1 We look into it.",
			"Portal=degraded; Portal down identified minor [1] 2 A disk is full.",
			"Portal=degraded; Portal down identified minor [1] 2 A disk is full.",
			"Portal=degraded; Portal down monitoring minor [1] 3 Freed.",
		},
	}
}

func TestSorryIsWritten(t *testing.T) { conformWriter(t, sorryWriting()) }
