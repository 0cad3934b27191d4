"""Runs `clumio-conformance judge` on the recorded cases and holds outcome, findings and secrets against cases.json.

recorded.py [FOLDER]        # prints what differs, by weight, and a figure last; exit 1 when a `must` differs
"""

import json, pathlib, subprocess, sys, tempfile

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
cases = json.loads((folder / "cases.json").read_text())
wrong, right = {"must": [], "should": [], "may": []}, 0
for case in cases:
    with tempfile.TemporaryDirectory() as out:
        path, stdin = folder / case["file"], None
        args = [str(folder / a) if (folder / a).exists() else a for a in case.get("args", [])]
        target = str(path)
        if case.get("stdin"):
            target, stdin = "-", path.read_bytes()
        try:
            run = subprocess.run(
                ["clumio-conformance", "judge", target, *args, "--report-dir", out],
                input=stdin,
                capture_output=True,
                timeout=60,
            )
        except subprocess.TimeoutExpired:
            wrong[case["weight"]].append(f"{case['file']}: no end")
            continue
        said = (run.stdout + run.stderr).decode("utf-8", "replace")
        report = pathlib.Path(out, "report.json")
        data = json.loads(report.read_text()) if report.exists() else {}
        found = {f"{f['requirement']} {f.get('location')}" for f in data.get("findings", [])}
        bad = []
        if "Traceback" in said:
            bad.append("traceback")
        if case.get("exit") is not None and run.returncode != case["exit"]:
            bad.append(f"exit {run.returncode}, not {case['exit']}")
        bad += [f"no {h}" for h in case.get("has") or [] if h not in found]
        bad += [f"has {h}" for h in case.get("lacks") or [] if h in found]
        if case.get("judged") is not None and data.get("run", {}).get("requests", 0) != case["judged"]:
            bad.append(f"judged {data.get('run', {}).get('requests', 0)}, not {case['judged']}")
        for secret in case.get("secrets") or []:
            if secret in said or any(
                secret.encode() in p.read_bytes() for p in pathlib.Path(out).rglob("*") if p.is_file()
            ):
                bad.append("a secret shows")
        for text in case.get("text") or []:
            if text.lower() not in said.lower():
                bad.append(f"does not say {text!r}")
        if bad:
            wrong[case["weight"]].append(f"{case['file']}: {'; '.join(bad)[:140]}")
        else:
            right += 1
for weight, lines in wrong.items():
    for line in lines:
        print(weight, line)
print(f"{right} of {len(cases)} right; wrong: " + ", ".join(f"{len(v)} {k}" for k, v in wrong.items()))
sys.exit(bool(wrong["must"]))
