"""Records of pension finance."""

from qingce.core.dataset import Date, Text, dataset


@dataset(label="适老活动模块登记", owner="个人业务部", grain=("module_no", "as_of"))
class senior_module:
    """网点适老活动的每个模块，每个年末一行。"""

    module_no = Text("模块编号")
    as_of = Date("登记日期")
    title = Text("模块名称")
    cited = Text("出处")
