"""Rules on the material topics."""

from qingce.core.amount import counted_as
from qingce.core.check import NOTE, check


@check(cites="报告第 264-292 行")
def topics_by_category_add_up(material_topics):
    """环境类、社会类、治理类议题项数之和应等于议题总数。"""
    categories = ("environmental", "social", "governance")
    return material_topics == sum(material_topics.at(category=category) for category in categories)


@check(cites="报告第 207-225、264-292 行")
def matrix_points_within_topics(materiality_matrix_points, material_topics):
    """矩阵标注点数不大于议题总数。"""
    return materiality_matrix_points <= counted_as(material_topics, "个")


@check(severity=NOTE, cites="报告第 207-225 行")
def every_topic_is_plotted(material_topic):
    """清单中的每项实质性议题都应在矩阵图中标注。"""
    return material_topic.filter(~material_topic.plotted)


@check(cites="报告第 265-292 行")
def topic_titles_are_unique(material_topic):
    """同一年度的实质性议题名称不重复。"""
    named = material_topic.group_by(["as_of", "title"]).aggregate(rows=material_topic.topic_no.count())
    return named.filter(named.rows > 1)
