"""How many material topics there are, and how many the matrix shows."""

from qingce.core.metric import STOCK, metric


@metric("实质性议题", unit="项", kind=STOCK, by=("category",))
def material_topics(material_topic):
    """期末实质性议题清单中的议题项数，按环境、社会、治理三类分列。"""
    return material_topic.count()


@metric("实质性议题矩阵标注点", unit="个", kind=STOCK)
def materiality_matrix_points(material_topic):
    """实质性议题矩阵图中实际标注的议题点数。"""
    return material_topic.count(where=material_topic.plotted)
