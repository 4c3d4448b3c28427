"""The list of material topics."""

from qingce.core.dataset import Code, Date, Flag, Text, Whole, dataset


@dataset(label="实质性议题清单", owner="董事会办公室", grain=("topic_no", "as_of"))
class material_topic:
    """每项实质性议题每个年末一行。"""

    topic_no = Whole("议题编号", low="1")
    as_of = Date("数据日期")
    title = Text("议题")
    category = Code("议题类别", of="topic_category")
    plotted = Flag("矩阵图中已标注")
