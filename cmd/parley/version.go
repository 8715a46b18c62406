package main

import (
	"runtime"
	"runtime/debug"
)

func versionCommand(s surroundings, args []string) int {
	if len(args) > 0 {
		say(s.stderr, "parley version: it takes no arguments\n")
		return exitUsage
	}
	info, _ := debug.ReadBuildInfo() // nil only in a binary that was built without modules
	say(s.stdout, "parley %s, %s, %s/%s\n", versionOf(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitOK
}

// versionOf is the module's version; of a build in a checkout, the commit.
func versionOf(info *debug.BuildInfo) string {
	if info == nil {
		return "unknown"
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	revision := settings["vcs.revision"]
	if info.Main.Version != "" && info.Main.Version != "(devel)" || revision == "" {
		return info.Main.Version
	}
	if settings["vcs.modified"] == "true" {
		revision += ", changed"
	}
	return revision
}
