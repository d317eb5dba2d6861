#!/usr/bin/env bash
# What a CI job asks signalgen, and where the answer goes: annotations or the log, the job's summary, SARIF.
# SIGNALGEN_COMMAND, _PATHS (a line each), _SINCE, _PROJECT and _SARIF say what; the exit code is signalgen's own.
set -uo pipefail

command=${SIGNALGEN_COMMAND:-check}
code=0

paths=()
while IFS= read -r line; do
    [[ -n $line ]] && paths+=("$line")
done <<< "${SIGNALGEN_PATHS:-}"

summary() { [[ -z ${GITHUB_STEP_SUMMARY:-} ]] || cat >> "$GITHUB_STEP_SUMMARY"; }
output() { [[ -z ${GITHUB_OUTPUT:-} ]] || echo "$1=$2" >> "$GITHUB_OUTPUT"; }

cd "${SIGNALGEN_PROJECT:-.}" || exit 2

check() {
    local words=(check) format=text
    [[ -n ${GITHUB_ACTIONS:-} ]] && format=github
    [[ -n ${SIGNALGEN_SINCE:-} ]] && words+=("--since=$SIGNALGEN_SINCE")
    words+=(--project .)
    # A name that looks like an option is none.
    [[ ${#paths[@]} -gt 0 ]] && words+=(--) && words+=("${paths[@]}")
    signalgen "${words[0]}" --format "$format" "${words[@]:1}" || code=$?
    [[ $code -le 1 ]] || return
    signalgen "${words[0]}" --format github-summary --exit-zero "${words[@]:1}" | summary
    if [[ -n ${SIGNALGEN_SARIF:-} ]]; then
        signalgen "${words[0]}" --format sarif --exit-zero "${words[@]:1}" > "$SIGNALGEN_SARIF"
        output sarif-file "$SIGNALGEN_SARIF"
    fi
}

generated() {
    local specs=() line listed
    # A line may be a pattern; one that fits nothing stays, and signalgen says that there is no such file.
    local IFS=
    for line in "${paths[@]}"; do
        # shellcheck disable=SC2206 # the pattern is to be expanded
        specs+=($line)
    done
    listed=$(signalgen new --project . --check -- "${specs[@]}") || code=$?
    if [[ -n $listed ]]; then printf '%s\n' "$listed"; fi
    case $code in
        0) echo "Generated signal code matches its specs." | summary ;;
        1) printf 'Generated signal code does not match its specs. Run `signalgen new` and commit:\n\n' | summary
           printf '%s\n' "$listed" | sed 's/^/    /' | summary ;;
        *) echo "signalgen could not tell whether the generated code is up to date: see the log." | summary ;;
    esac
}

case $command in
    check) check ;;
    new) generated ;;
    *) echo "no such command for CI: $command (check or new)" >&2; code=2 ;;
esac
output exit-code "$code"
exit "$code"
