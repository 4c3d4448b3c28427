"""The commands of ``qingce``.

Exit codes: 0 done, 1 an ERROR finding stands, 2 wrong use. Nothing a user can do gives a traceback.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingce.cli import assurance, draft, find, jobs, journal, listing, papers, send, server, translate
from qingce.cli.server import ServerOption
from qingce.cli.usage import run
from qingce.cli.words import JsonOption, OptionalProject, ProjectArg

if TYPE_CHECKING:
    from qingce.services.project import Project

app = typer.Typer(
    name="qingce", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="青册：从银行自己的台账，到经过勾稽、可追溯、可出版的 ESG 报告。",
)
app.add_typer(journal.journal, name="journal")
app.add_typer(jobs.jobs, name="jobs")
app.command()(translate.translate)
app.command()(journal.backup)
app.command()(journal.restore)
app.add_typer(assurance.assurance, name="assurance")
app.command()(assurance.verify)
app.command()(find.find)
app.command()(listing.rows)
app.command()(listing.metrics)
app.command()(send.deliver)
app.command("file")(send.file_answer)
app.command()(papers.brief)
app.command()(papers.compare)
app.command()(draft.draft)
_DESK = frozenset({
    "sqlalchemy", "alembic", "cryptography", "argon2", "fastapi", "uvicorn", "httpx", "authlib", "babel", "joserfc",
})
"""Libraries of the extra ``desk``, which the base install does without."""
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度。")]


def _open(folder: str, quiet: bool = False) -> Project:
    from qingce.cli.show import progress
    from qingce.services.project import Project

    return Project(folder, None if quiet else progress())


def _watched(project: Project) -> Project:
    """The project once its long work is done: the progress bar goes before results are printed."""
    if stop := getattr(project.progress, "stop", None):
        stop()
    return project


@app.command()
def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="新项目的文件夹名。")],
) -> None:
    """建一个能直接编制的小项目，内含一个自有指标包作为样例。"""
    from qingce.cli.show import say
    from qingce.services.init import make_project

    made = make_project(Path(name))
    say(f"已建立项目 {made}。下一步：qingce build {name}")


@app.command()
def build(
    project: ProjectArg,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="输出文件夹，默认为项目下的 build。")] = "",
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="要出的版本，逗号分隔：html,pdf,docx,xlsx,json。")
    ] = "html,pdf,docx,xlsx,json",
    languages: Annotated[
        str, typer.Option("--lang", metavar="LIST", help="语言：zh，或 zh,en；英文版在 en 文件夹里。")
    ] = "zh",
    quiet: Quiet = False,
    as_json: JsonOption = False,
) -> None:
    """计算、勾稽并出版：网页、PDF、Word、Excel 数据册和 figures.json。"""
    from qingce.cli.show import show_build
    from qingce.services.publish import build as make

    opened = _open(project, quiet or as_json)
    result = make(opened, Path(out) if out else None, _listed(formats), _listed(languages))
    _watched(opened)
    show_build(result, as_json)
    raise typer.Exit(1 if result.blocked else 0)


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())


@app.command()
def check(
    project: OptionalProject = "",
    as_json: JsonOption = False,
    every: Annotated[bool, typer.Option("--all", help="也列出相符与不适用的勾稽。")] = False,
    quiet: Quiet = False,
    at: ServerOption = "",
) -> None:
    """检查交来的数据、勾稽关系与页面，列出疑点；对服务器则列出最近一次编制的。"""
    if at:
        server.own_argument("", project)
        raise typer.Exit(1 if server.check(at, as_json, every) else 0)
    from qingce.cli.show import say, show_findings
    from qingce.services.plan import intake_of_all
    from qingce.services.publish import examine

    opened = _open(server.needed(project), quiet or as_json)
    found = examine(opened)
    _watched(opened)
    show_findings(found, as_json, every)
    if not as_json:
        say(f"台账：{intake_of_all(opened).sentence}")
    raise typer.Exit(1 if any(f.blocks for f in found) else 0)


@app.command()
def figures(
    project: OptionalProject = "",
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="指标名；不写则列出全部。")] = "",
    org: Annotated[str, typer.Option("--org", metavar="CODE", help="机构代码，默认为报告主体。")] = "",
    period: Annotated[str, typer.Option("--period", metavar="PERIOD", help="期间，如 2024、2024Q3、2024-12。")] = "",
    quality: Annotated[bool, typer.Option("--quality", help="也列出数据质量级别、估算占比与理由。")] = False,
    as_json: JsonOption = False,
    at: ServerOption = "",
) -> None:
    """列出数值；对服务器则列出最近一次编制的。"""
    if at and quality:
        raise typer.BadParameter("质量级别要在台账所在的机器上评定，不能对服务器用。", param_hint="--quality")
    if at:
        server.figures(at, server.own_argument(project, name), org, period, as_json)
        return
    from qingce.cli.show import show_figures

    opened = _open(server.needed(project), True)
    found = opened.figures([name] if name else None, orgs=[org] if org else None, periods=[period] if period else None)
    show_figures(opened, found, as_json, quality)


@app.command()
def explain(
    project: OptionalProject = "",
    figure: Annotated[
        str, typer.Argument(metavar="FIGURE", help="如 headcount 或 green_loan_balance/LZB/2024/use=services。")
    ] = "",
    rows: Annotated[int, typer.Option("--rows", metavar="N", help="列出背后的前 N 行记录。")] = 5,
    sql: Annotated[bool, typer.Option("--sql", help="显示取数 SQL。")] = False,
    quality: Annotated[bool, typer.Option("--quality", help="逐层列出数据质量的由来；不写时只说最差的一项。")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="显示取数方案、理由与代价，以及交来的行去了哪里。")] = False,
    as_json: JsonOption = False,
    at: ServerOption = "",
) -> None:
    """把一个数值拆到底：公式、因子版次、下级数值、记录与文件指纹。"""
    figure = server.own_argument(project, figure) if at else figure
    if not figure:
        raise typer.BadParameter("请写要拆的数值，如 green_loan_balance。", param_hint="FIGURE")
    if at:
        if plan:
            raise typer.BadParameter("取数方案要在台账所在的机器上作，不能对服务器用。", param_hint="--plan")
        server.explain(at, figure, rows, as_json, sql=sql, quality=quality)
        return
    from qingce.cli.show import show_tree
    from qingce.services.explain import explain as unfold

    opened = _open(project, True)
    if plan:
        from qingce.cli.show_forms import show_plan
        from qingce.services.plan import figure_plan

        made = figure_plan(opened, figure)  # before anything else asks for the figure, so that its cost is seen
        show_plan(unfold(opened, figure, rows), made, as_json)
        return
    show_tree(unfold(opened, figure, rows), as_json, sql=sql, quality=quality)


@app.command()
def forms(
    project: ProjectArg,
    form: Annotated[
        str,
        typer.Option(
            "--form", metavar="NAME", help="five-articles、green-loans 或 pboc-environment，逗号分隔；不写则全部。"
        ),
    ] = "",
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="另写成 Excel 与 JSON 的文件夹。")] = "",
    quiet: Quiet = False,
    as_json: JsonOption = False,
) -> None:
    """填监管报表，并与报告所印逐格核对；没有指标的格留空。"""
    from qingce.cli.show_forms import show_forms
    from qingce.services.forms import produce

    names = [name.strip() for name in form.split(",") if name.strip()]
    opened = _open(project, quiet or as_json)
    made = produce(opened, names, Path(out) if out else None)
    _watched(opened)
    show_forms(made, as_json)
    raise typer.Exit(1 if any(each.blocked for each in made) else 0)


@app.command()
def dictionary(
    project: ProjectArg,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="输出文件夹，默认为项目下的 dictionary。")] = "",
    as_json: JsonOption = False,
) -> None:
    """由台账声明生成数据字典、Excel 模板与 JSON Schema。"""
    from qingce.cli.show_forms import show_dictionary
    from qingce.services.dictionary import make_dictionary

    show_dictionary(make_dictionary(_open(project, True), Path(out) if out else None), as_json)


@app.command()
def tie(project: ProjectArg, as_json: JsonOption = False) -> None:
    """逐条核对 expected.csv 中的已刊数字与计算结果，印到哪一位就核到哪一位。"""
    from qingce.cli.show import show_ties
    from qingce.services.tie import ties

    found = list(ties(_open(project, True)))
    show_ties(found, as_json)
    raise typer.Exit(1 if any(t.outcome in ("differs", "error") for t in found) else 0)


@app.command()
def sample(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="样本：lanzhou。")],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="输出文件夹，须为空或不存在。")],
    loans: Annotated[int, typer.Option("--loans", metavar="N", help="贷款台账的行数，两个年末合计。")] = 60_000,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="随机种子；同一种子生成同样的记录。")] = 2024,
    quiet: Quiet = False,
    as_json: JsonOption = False,
) -> None:
    """生成合成台账：任意行数，汇总数与兰州银行 2024 年报告所印一致。"""
    from qingce.cli.show import progress
    from qingce.cli.show_forms import show_sample
    from qingce.core.errors import ProjectError, unwritten
    from qingce.services.sample.make import make_sample

    if seed < 0:
        raise ProjectError(f"--seed 是不小于 0 的整数，不能是 {seed}。")
    try:
        made = make_sample(kind, loans, seed, Path(out), progress=None if quiet or as_json else progress())
    except OSError as exc:
        raise ProjectError(unwritten(out, exc)) from exc
    show_sample(made.folder, made.rows, as_json)


@app.command()
def audit(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="PDF、DOCX、HTML 或纯文本，可多份。")],
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="text、json、jsonl、html 或 sarif。")
    ] = "text",
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="写到这个文件，不写则输出到屏幕。")] = "",
    against: Annotated[str, typer.Option("--against", metavar="PROJECT", help="逐个数字与这个项目的数值核对。")] = "",
    compare: Annotated[str, typer.Option("--compare", metavar="OLD", help="上年的报告，核对本年所列的上年数。")] = "",
    limit: Annotated[float, typer.Option("--limit", metavar="TIMES", help="把读取上限放宽到几倍。")] = 1.0,
    workers: Annotated[int, typer.Option("--workers", metavar="N", help="同时读几份；0 为处理器个数。")] = 0,
) -> None:
    """审读已刊的报告：找出每个数字，能核对的都核对，列出对不上的。不需要项目。"""
    from qingce.cli.audit import audit as run

    raise typer.Exit(run(files, form, out, against, compare, limit, workers))


@app.command()
def demo(
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="输出文件夹。")] = "",
    quiet: Quiet = False,
) -> None:
    """用随附的兰州银行 2024 年样例跑一遍主流程。"""
    from qingce.cli.show import say, show_build
    from qingce.services.init import example
    from qingce.services.publish import build as make
    from qingce.services.settings import FORMATS

    opened = _open(str(example()), quiet)
    result = make(opened, Path(out) if out else None, FORMATS)
    _watched(opened)
    show_build(result, False)
    if not result.blocked:
        from qingce.cli.audit import audit_own

        audit_own(result)
        program, folder = (os.path.relpath(path) for path in (sys.argv[0], example()))
        say(f"在浏览器里填报、复核、审批、封版、发布：{program} serve {folder} --demo")
    raise typer.Exit(1 if result.blocked else 0)


@app.command()
def serve(
    project: ProjectArg,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="监听的地址，默认只限本机。")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="端口。")] = 8600,
    names: Annotated[
        list[str] | None, typer.Option("--host-name", metavar="NAME", help="浏览器使用的主机名，可写多次。")
    ] = None,
    proxies: Annotated[
        list[str] | None,
        typer.Option("--behind-proxy", metavar="ADDRESS", help="替它做 TLS 的反向代理的地址，可写多次。"),
    ] = None,
    certificate: Annotated[str, typer.Option("--certificate", metavar="FILE", help="TLS 证书（PEM）。")] = "",
    key: Annotated[str, typer.Option("--key", metavar="FILE", help="TLS 私钥（PEM）。")] = "",
    database: Annotated[
        str,
        typer.Option("--database", metavar="URL", envvar="QINGCE_DATABASE", help="PostgreSQL 的 URL，默认为 SQLite。"),
    ] = "",
    demo: Annotated[bool, typer.Option("--demo", help="演示：账户按岗位开好，不需要口令。")] = False,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, max=64, help="应答的进程数，一般等于处理器核数。")
    ] = 1,
    jobs: Annotated[bool, typer.Option("--jobs/--no-jobs", help="是否同时办理后台任务。")] = True,
) -> None:
    """打开填报台：填报、复核、审批、封版与发布都在浏览器里办。"""
    from qingce.cli.serve import serve as open_door

    open_door(
        project, host, port, names=names or (), proxies=proxies or (), certificate=certificate, key=key,
        database=database, demo=demo, workers=workers, jobs=jobs,
    )


def main() -> None:
    """Run the command line; people's mistakes are told in one line and exit with 2."""
    from qingce.core.errors import FULL, READ_ONLY, QingceError

    try:
        sys.exit(run(app))
    except QingceError as exc:
        print(f"qingce: {exc}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as exc:
        words = "磁盘已满" if exc.errno in FULL else "不能写入" if exc.errno in READ_ONLY else ""
        if not words:
            raise
        print(f"qingce: {exc.filename or ''}：{words}，没有保存，原有内容不变。请处理后重试。", file=sys.stderr)
        sys.exit(2)
    except ModuleNotFoundError as exc:
        if exc.name not in _DESK:
            raise
        print(f"qingce: 没有安装 {exc.name}；填报台需要：pip install 'qingce[desk]'", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("qingce: 已中断；已存的内容保持上一次完整的状态。", file=sys.stderr)
        sys.exit(130)
