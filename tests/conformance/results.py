"""Results of runs, made from answers of a target; one of them as hostile as answers can be."""

from dataclasses import replace

from exchanges import judged, unanswered, update

from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.result import Result

HOSTILE = (
    "</pre></td><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\"' onmouseover=alert(3) x=\"' <a href=javascript:alert(4)>"
    "\x1b[2J\x1b]0;title\x07\x9b31m\x00\u202e|`code` [link](https://evil.invalid) ](x) "
    "**bold** ]]> \u6771 \ud800 \ufffe\r\n# heading"
)


def result_of(*exchanges: Exchange, strict: bool = False) -> Result:
    ledger = Ledger(contract=contract(), strict=strict)
    for exchange in exchanges:
        ledger.observe(exchange, judged(exchange))
    findings = ledger.sorted_findings()
    failing = [finding for finding in findings if ledger.fails(finding)]
    return Result(
        run={
            "target": "live",
            "base_url": "https://api.invalid",
            "strict": strict,
            "seed": 7,
            "version": "0.1.0",
        },
        rows=ledger.rows(),
        findings=findings,
        failing=failing,
        behaviour={"b": "400", "a": "200"},
        scenarios={"read": {"mock": "200", "target": "200", "parity": "confirmed"}},
        coverage={"property": {"all": 3, "seen": 2, "unseen": ["answer /id"]}},
        errors=[],
        inconclusive=None,
        exit_code=1 if failing else 0,
    )


def answered(body: object, status: int = 200, media_type: str = "text/html") -> Exchange:
    return update(
        body,
        sent={"asset_types": ["RDS"], "aws_regions": ["us-east-1"]},
        status=status,
        media_type=media_type,
        headers=(("Date", "Thu, 01 Jan 2026 00:00:00 GMT"),),
        request_headers=(("Authorization", "Bearer $CLUMIO_API_TOKEN"),),
    )


def hostile_result() -> Result:
    """Findings with hostile text at every place that a target can fill."""
    return result_of(
        answered({"id": "7c3e", "status": HOSTILE, HOSTILE: HOSTILE}, media_type=HOSTILE),
        answered(HOSTILE.encode("utf-8", "surrogatepass"), 500),
        replace(unanswered(update(sent=HOSTILE.encode("utf-8", "surrogatepass"))), failure=HOSTILE),
    )
