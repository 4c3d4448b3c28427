"""Intake rules: the id of each, how grave a breach is, and what the owner of the data can do."""

from __future__ import annotations

from dataclasses import dataclass

from qingce.core.check import ERROR, NOTE, WARNING, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One intake rule.

    Attributes:
        title: what the rule is about, for lists.
        advice: what to do, printed with every finding.
        passing: the outcome depends on the machine at this moment and is not remembered.
    """

    id: str
    severity: Severity
    title: str
    advice: str
    passing: bool = False


def _rules(*rows: Rule) -> dict[str, Rule]:
    return {row.id: row for row in rows}


RULES: dict[str, Rule] = _rules(
    # the file as a whole
    Rule("file_missing", ERROR, "文件不存在或无法读取", "核对文件名、所在文件夹和读取权限。", passing=True),
    Rule(
        "file_outside", ERROR, "文件不在项目文件夹内",
        "把文件复制到项目的 records 文件夹后再交。", passing=True,
    ),
    Rule(
        "file_symlink", ERROR, "文件或所在文件夹是链接",
        "交实际文件，不要交快捷方式或符号链接。", passing=True,
    ),
    Rule("file_kind", ERROR, "文件类型不受支持或名不副实", "另存为 CSV（UTF-8）、XLSX 或 Parquet。"),
    Rule("file_empty", ERROR, "文件是空的", "至少保留表头；确无数据时只交表头。"),
    Rule("file_changed", ERROR, "读取期间文件被改动", "等文件写完、关闭后再运行一次。", passing=True),
    Rule(
        "machine_full", ERROR, "内存或磁盘空间不足，或存放处不可写",
        "腾出空间、核对权限后再运行一次。", passing=True,
    ),
    # text files
    Rule("csv_gbk", WARNING, "文件用 GBK/GB18030 编码", "已按 GB18030 读取；建议另存为“CSV UTF-8”。"),
    Rule("csv_encoding", ERROR, "文件不是 UTF-8 文本", "在 Excel 中另存为“CSV UTF-8（逗号分隔）”。"),
    Rule("csv_nul", ERROR, "文件含空字节", "文件已损坏或不是文本，请从原系统重新导出。"),
    Rule("csv_line_long", ERROR, "一行超过 1 MB", "多半是缺少换行或引号不成对，请从原系统重新导出。"),
    Rule("csv_newline", ERROR, "用单独的回车符换行", "另存为使用 CRLF 或 LF 换行的文本。"),
    Rule(
        "csv_quote", ERROR, "引号不成对或位置不对",
        "文字中含逗号、引号或换行时整格用英文双引号括起，格内的引号写两个。",
    ),
    Rule("csv_ragged", ERROR, "一行的列数与表头不符", "多半是文字中的逗号没有用引号括起，或少写了一格。"),
    Rule("csv_delimiter", ERROR, "列之间不是英文逗号", "另存为逗号分隔的 CSV。"),
    Rule("csv_unreadable", ERROR, "无法按 CSV 读取", "从原系统重新导出，或改交 XLSX。"),
    # spreadsheets
    Rule("xlsx_damaged", ERROR, "不是完好的 XLSX 文件", "用 Excel 打开后另存为“Excel 工作簿 (.xlsx)”。"),
    Rule("xlsx_encrypted", ERROR, "文件有打开密码", "去掉打开密码后再交。"),
    Rule("xlsx_bomb", ERROR, "解压后大得不合常理", "从原系统重新导出；数据量大时改交 CSV 或 Parquet。"),
    Rule("xlsx_macro", ERROR, "文件含宏或嵌入对象", "另存为不含宏的“Excel 工作簿 (.xlsx)”，并删去嵌入对象。"),
    Rule("xlsx_link", ERROR, "文件含外部链接或数据连接", "断开链接，选择性粘贴为数值。"),
    Rule("xlsx_formula", ERROR, "单元格是公式", "选中后复制，选择性粘贴为数值。"),
    Rule("xlsx_error_cell", ERROR, "单元格是错误值", "改为正确的值，或清空。"),
    Rule("xlsx_sheet", ERROR, "认不出数据在哪张工作表", "把数据所在工作表改名为台账的名称，或只保留这一张。"),
    Rule("xlsx_sheet_ignored", NOTE, "有工作表没有读取", "如其中有数据，请分文件交。"),
    Rule("xlsx_extent", ERROR, "单元格散布得过宽", "删去数据区以外的内容后另存。"),
    Rule("cell_type", ERROR, "单元格的类型与列不符", "把这一列设为正确的格式后重新填写。"),
    Rule(
        "cell_number_as_text", WARNING, "文本列中是数字单元格",
        "把这一列设为文本格式；以 0 开头的代码要核对是否丢了 0。",
    ),
    # Parquet
    Rule("parquet_damaged", ERROR, "不是完好的 Parquet 文件", "从原系统重新导出。"),
    Rule("parquet_type", ERROR, "Parquet 列的类型与台账不符", "导出时按台账的类型写列。"),
    Rule("parquet_float", WARNING, "数值列用浮点数保存", "已逐个核对可以准确读出；建议导出为 decimal。"),
    # headings
    Rule("heading_below", ERROR, "表头之上还有标题行", "删去表头之上的行再交；要留的说明行以 # 开头。"),
    Rule("column_missing", ERROR, "缺少必填列", "按台账模板补上这一列。"),
    Rule("column_optional_missing", NOTE, "没有交选填列", "这一列按空处理；如有数据请补上。"),
    Rule("column_unknown", WARNING, "台账没有这一列", "这一列没有读取；如是笔误请改表头，如无用请删去。"),
    Rule("column_twice", ERROR, "同一列出现两次", "只保留一列。"),
    # values
    Rule("value_required", ERROR, "必填项为空", "补填；确实没有时与归口部门商定。"),
    Rule("value_nul", ERROR, "文字含看不见的字", "删去不可见字符后重新填写。"),
    Rule("value_range", ERROR, "数值超出允许范围", "核对单位和小数点。"),
    Rule("number_form", ERROR, "不是数字", "只写数字、小数点和负号，不写千分位逗号、单位和百分号。"),
    Rule("number_exponent", ERROR, "用科学计数法书写", "写出全部数字；在 Excel 中把这一列设为数值格式。"),
    Rule("number_nan", ERROR, "不是有限的数", "没有数据时留空，不写 NaN、inf。"),
    Rule("number_places", ERROR, "小数位数过多", "按台账规定的位数填写，不要由系统代为四舍五入。"),
    Rule("number_digits", ERROR, "数字过长", "核对单位和小数点；整数和小数合计不超过规定位数。"),
    Rule("number_count", ERROR, "按个数计的数不是整数，或小于 0", "填不小于 0 的整数；平均数、净增数另设指标。"),
    Rule("number_inexact", ERROR, "超出电子表格能准确保存的 15 位", "把这一格设为文本后填写，或改交 CSV。"),
    Rule("date_form", ERROR, "日期写法不对", "写成 2024-12-31 的样子，或用 Excel 的日期格式。"),
    Rule("date_unreal", ERROR, "没有这一天", "核对年、月、日。"),
    Rule("date_time", ERROR, "日期带了时刻", "只保留日期。"),
    Rule("date_far", WARNING, "日期远在报告期之外", "核对年月日；确无日期的，与归口部门商定怎样填。"),
    Rule(
        "date_later", WARNING, "日期在报告期末之后",
        "确属报告期之后的不必处理；应属报告期的，更正日期。",
    ),
    Rule(
        "text_mixed", WARNING, "与全文编码不同",
        "这一格像是 UTF-8，全文按 GB18030 读取，多半是把两份导出拼在了一起；请按一种编码重新导出。",
    ),
    Rule("text_pattern", ERROR, "文字不合规定的格式", "按台账说明的格式填写。"),
    Rule(
        "text_identity", ERROR, "像是居民身份证号",
        "人员用本行自编的编号登记，不写证件号码；改正后重新提交，并删去已交的文件。",
    ),
    Rule("flag_form", ERROR, "不是“是”或“否”", "只写“是”或“否”。"),
    Rule("code_unknown", ERROR, "代码表里没有", "按代码表填代码或名称。"),
    Rule("code_expired", WARNING, "代码在这一天不适用", "核对日期，或改用当时有效的代码。"),
    Rule("org_unknown", ERROR, "机构表里没有", "填机构代码；新设机构请先补入机构表。"),
    Rule("org_closed", ERROR, "机构在这一天不存在", "核对日期，或核对机构表的起止日期。"),
    Rule("org_tree_missing", NOTE, "没有机构表", "机构列没有核对；请交机构表。"),
    # rows
    Rule("row_duplicate", ERROR, "主键重复", "删去重复的一行，或核对主键各列。"),
    Rule("rows_many", ERROR, "一个文件的行数过多", "分成几个文件交。"),
    Rule("rows_none", NOTE, "只有表头", "确无数据时不必处理。"),
    # the org table
    Rule("org_overlap", ERROR, "同一机构的有效期重叠", "前一行填截止日期，后一行的起始日期在其后。"),
    Rule("org_dates", ERROR, "截止日期早于起始日期", "核对两个日期。"),
    Rule("org_root", ERROR, "机构表应当只有一个顶层机构", "只有法人一级的上级机构留空。"),
    Rule("org_parent", ERROR, "上级机构不在表中", "核对上级机构的代码。"),
    Rule("org_circle", ERROR, "机构的上级绕回了自己", "核对上级机构。"),
    # filed figures
    Rule("filed_metric", ERROR, "没有这个指标", "按指标目录填指标名。"),
    Rule("filed_computed", ERROR, "指标已由台账计算", "已由台账计算，不得填报；如数值不对请改台账。"),
    Rule("filed_unit", ERROR, "单位不对", "用与指标同一计量的单位。"),
    Rule("filed_period", ERROR, "期间写法不对", "写成 2024、2024H1、2024Q3、2024-06 或 2024-12-31。"),
    Rule("filed_dims", ERROR, "维度或成员不对", "写成 维度=成员，多个用分号隔开。"),
    Rule("filed_twice", ERROR, "同一数值填了两次", "只保留一行。"),
    Rule(
        "filed_answer", ERROR, "答复与数值不一致",
        "答复为 value 时填数值；not_applicable、not_available 时数值留空并写原因。",
    ),
    Rule("filed_qualifier", ERROR, "措辞不对", "只用 exact、over、nearly、about。"),
    Rule("filed_estimate", ERROR, "估算没有写全或不对", "写明方法、占比（%）和理由；不是估算的三栏都留空。"),
    Rule("filed_source", WARNING, "没有写出处", "写明数值取自哪份文件、哪一处。"),
)
