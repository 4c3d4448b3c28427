"""Documents disclosed or filed."""

from qingce.core.dataset import Code, Date, Text, dataset


@dataset(label="信息披露台账", owner="董事会办公室", grain=("document_no",))
class disclosure_document:
    """每份公告、报备文件、投资者关系活动记录表一行。"""

    document_no = Text("文件编号")
    filed_on = Date("披露或报备日期")
    kind = Code("文件类别", of="disclosure_kind")
